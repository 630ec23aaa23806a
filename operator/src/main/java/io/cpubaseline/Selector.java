package io.cpubaseline;

import java.util.List;
import java.util.Map;
import java.util.Set;

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
}
