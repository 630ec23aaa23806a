package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.Selector;
import io.cpubaseline.Selector.Expression;
import io.cpubaseline.Selector.Operator;
import io.cpubaseline.api.v1alpha1.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the label selectors of a spec: one with a term that can't be evaluated selects nothing, and each such term is a {@link Problem}. */
final class SelectorReader {

    private static final Pattern LABEL_KEY =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    private final Consumer<Problem> problems;
    private boolean sound = true;

    private SelectorReader(Consumer<Problem> problems) {
        this.problems = problems;
    }

    /**
     * Reads one selector.
     *
     * @param field where it is in the spec
     * @param problems is told what can't be evaluated
     * @return the selector; null if some term of it can't be evaluated
     */
    static @Nullable Selector read(String field, LabelSelector selector, Consumer<Problem> problems) {
        return new SelectorReader(problems).read(field, selector);
    }

    private @Nullable Selector read(String field, LabelSelector selector) {
        selector.matchLabels().forEach((key, value) -> {
            key(field + ".matchLabels", key);
            value("%s.matchLabels[%s]".formatted(field, key), value);
        });
        List<Expression> expressions = new ArrayList<>();
        for (int i = 0; i < selector.matchExpressions().size(); i++) {
            LabelSelector.Requirement term = selector.matchExpressions().get(i);
            String at = "%s.matchExpressions[%d]".formatted(field, i);
            key(at + ".key", term.key());
            term.values().forEach(value -> value(at + ".values", value));
            operator(at, term)
                    .ifPresent(operator ->
                            expressions.add(new Expression(term.key(), operator, Set.copyOf(term.values()))));
        }
        return sound ? new Selector(selector.matchLabels(), expressions) : null;
    }

    private Optional<Operator> operator(String at, LabelSelector.Requirement term) {
        for (Operator operator : Operator.values()) {
            if (operator.name().equals(term.operator())) {
                boolean takesValues = operator == Operator.In || operator == Operator.NotIn;
                if (takesValues == term.values().isEmpty()) {
                    unsound("%s: operator %s %s."
                            .formatted(
                                    at,
                                    operator,
                                    takesValues
                                            ? "needs values; name at least one, or use Exists or DoesNotExist"
                                            : "takes no values; remove them, or use In or NotIn"));
                    return Optional.empty();
                }
                return Optional.of(operator);
            }
        }
        unsound("%s.operator: \"%s\" is not known; expected In, NotIn, Exists or DoesNotExist."
                .formatted(at, term.operator()));
        return Optional.empty();
    }

    private void key(String at, String key) {
        if (!LABEL_KEY.matcher(key).matches()) {
            unsound(
                    "%s: \"%s\" is not a label's name; write [prefix/]name of letters, digits, '-', '_' and '.', for example example.com/tier."
                            .formatted(at, key));
        }
    }

    private void value(String at, String value) {
        if (!LABEL_VALUE.matcher(value).matches()) {
            unsound("%s: \"%s\" is not a label's value; write at most 63 letters, digits, '-', '_' and '.'."
                    .formatted(at, value));
        }
    }

    private void unsound(String message) {
        sound = false;
        problems.accept(new Problem(Reason.InvalidSelector, message));
    }
}
