package io.cpubaseline;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A Kubernetes label selector that has been checked: all of its terms must hold; an empty one matches everything.
 *
 * @param matchLabels labels that must have exactly these values
 * @param expressions further terms
 */
public record Selector(Map<String, String> matchLabels, List<Expression> expressions) {

    private static final Selector EVERYTHING = new Selector(Map.of(), List.of());

    /** How an {@link Expression} compares. */
    public enum Operator {
        In,
        NotIn,
        Exists,
        DoesNotExist
    }

    /** One term: key, operator, and values where the operator takes some. */
    public record Expression(String key, Operator operator, Set<String> values) {

        public Expression {
            values = Set.copyOf(values);
        }

        private boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case In -> value != null && values.contains(value);
                case NotIn -> value == null || !values.contains(value);
                case Exists -> value != null;
                case DoesNotExist -> value == null;
            };
        }
    }

    public Selector {
        matchLabels = Map.copyOf(matchLabels);
        expressions = List.copyOf(expressions);
    }

    /** The selector that matches everything. */
    public static Selector everything() {
        return EVERYTHING;
    }

    /** Whether an object with these labels is selected. */
    public boolean matches(Map<String, String> labels) {
        return matchLabels.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())))
                && expressions.stream().allMatch(expression -> expression.matches(labels));
    }

    /** Whether some object could have labels that both select, whatever objects there are now. */
    public boolean overlaps(Selector other) {
        return Stream.concat(keys(), other.keys()).distinct().allMatch(key -> overlaps(other, key));
    }

    /** Terms about different labels don't concern each other, so each label is looked at by itself: absent, each value that is named, and any other. */
    private boolean overlaps(Selector other, String key) {
        Set<String> named = new HashSet<>();
        Stream.concat(values(key), other.values(key)).forEach(named::add);
        String another = String.join("", named) + "-";
        return Stream.concat(
                        Stream.of(Map.<String, String>of()),
                        Stream.concat(named.stream(), Stream.of(another)).map(value -> Map.of(key, value)))
                .anyMatch(labels -> allows(key, labels) && other.allows(key, labels));
    }

    private Stream<String> keys() {
        return Stream.concat(matchLabels.keySet().stream(), expressions.stream().map(Expression::key));
    }

    private Stream<String> values(String key) {
        return Stream.concat(
                Stream.ofNullable(matchLabels.get(key)),
                expressions.stream()
                        .filter(expression -> expression.key().equals(key))
                        .flatMap(expression -> expression.values().stream()));
    }

    private boolean allows(String key, Map<String, String> labels) {
        String value = matchLabels.get(key);
        return (value == null || value.equals(labels.get(key)))
                && expressions.stream()
                        .filter(expression -> expression.key().equals(key))
                        .allMatch(expression -> expression.matches(labels));
    }
}
