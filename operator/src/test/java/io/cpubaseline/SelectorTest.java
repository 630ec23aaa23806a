package io.cpubaseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Selector.Expression;
import io.cpubaseline.Selector.Operator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether two label selectors could select the same object. */
class SelectorTest {

    private static final List<Operator> OPERATORS = List.of(Operator.values());
    private static final Selector WEB = new Selector(Map.of("tier", "web"), List.of());

    private static Selector term(String key, Operator operator, String... values) {
        return new Selector(Map.of(), List.of(new Expression(key, operator, Set.of(values))));
    }

    static Stream<Arguments> pairs() {
        return Stream.of(
                arguments("everything and everything", Selector.everything(), Selector.everything(), true),
                arguments("everything and one value", Selector.everything(), WEB, true),
                arguments("another value", WEB, new Selector(Map.of("tier", "db"), List.of()), false),
                arguments("another label", WEB, new Selector(Map.of("rack", "7"), List.of()), true),
                arguments("one of several values", WEB, term("tier", Operator.In, "db", "web"), true),
                arguments("none of several values", WEB, term("tier", Operator.In, "db", "mail"), false),
                arguments("not this value", WEB, term("tier", Operator.NotIn, "web"), false),
                arguments("not another value", WEB, term("tier", Operator.NotIn, "db"), true),
                arguments("the label at all", WEB, term("tier", Operator.Exists), true),
                arguments("without the label", WEB, term("tier", Operator.DoesNotExist), false),
                arguments(
                        "neither has the label",
                        term("tier", Operator.DoesNotExist),
                        term("tier", Operator.NotIn, "web"),
                        true),
                arguments(
                        "some other value",
                        term("tier", Operator.Exists),
                        term("tier", Operator.NotIn, "web", "db"),
                        true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void selectors_overlap_where_some_labels_match_both(String name, Selector one, Selector other, boolean overlap) {
        assertThat(one.overlaps(other)).isEqualTo(overlap);
        assertThat(other.overlaps(one)).isEqualTo(overlap);
    }

    @Test
    void it_is_what_trying_all_labels_says() {
        Random random = new Random(7);
        List<Map<String, String>> objects = objects();
        for (int i = 0; i < 2_000; i++) {
            // Given
            Selector one = any(random);
            Selector other = any(random);

            // When
            boolean overlap = one.overlaps(other);

            // Then
            assertThat(overlap)
                    .as("%s and %s", one, other)
                    .isEqualTo(objects.stream().anyMatch(labels -> one.matches(labels) && other.matches(labels)));
        }
    }

    /** Two labels, each absent or with one of three values, of which selectors name two. */
    private static List<Map<String, String>> objects() {
        List<Map<String, String>> objects = new ArrayList<>();
        for (String a : List.of("", "x", "y", "z")) {
            for (String b : List.of("", "x", "y", "z")) {
                Map<String, String> labels = new HashMap<>(Map.of("a", a, "b", b));
                labels.values().removeIf(String::isEmpty);
                objects.add(labels);
            }
        }
        return objects;
    }

    private static Selector any(Random random) {
        Map<String, String> labels = random.nextInt(3) == 0 ? Map.of("a", random.nextBoolean() ? "x" : "y") : Map.of();
        List<Expression> terms = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Operator operator = OPERATORS.get(random.nextInt(OPERATORS.size()));
            boolean takesValues = operator == Operator.In || operator == Operator.NotIn;
            Set<String> values = !takesValues
                    ? Set.of()
                    : random.nextBoolean() ? Set.of("x", "y") : Set.of(random.nextBoolean() ? "x" : "y");
            terms.add(new Expression(random.nextBoolean() ? "a" : "b", operator, values));
        }
        return new Selector(labels, terms);
    }
}
