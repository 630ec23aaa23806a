package io.cpubaseline.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a guest through its domain. */
class RouteTest {

    private static final List<String> NODES = List.of("a", "b", "c");

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "a, '', b",
                "b, '', c",
                "c, '', a",
                "b, b, c",
                "b, bc, a",
                "c, bc, a",
                "a, bc, -",
                "a, bca, -",
                "elsewhere, '', a",
                "0, '', a",
                "elsewhere, ab, c",
            })
    void the_next_node_is_the_next_in_the_alphabet_that_was_not_tried(String at, String tried, String next) {
        assertThat(Route.next(NODES, at, List.of(tried.split("")))).isEqualTo(Optional.ofNullable(next));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void a_round_comes_to_every_node_once_and_ends_where_it_began(int size) {
        // Given
        List<String> nodes = IntStream.range(0, size).mapToObj(i -> "n" + i).toList();
        for (String start : nodes) {
            // When
            List<String> way = new ArrayList<>();
            Set<String> tried = new HashSet<>();
            String at = start;
            for (Optional<String> next = Route.next(nodes, at, tried);
                    next.isPresent();
                    next = Route.next(nodes, at, tried)) {
                at = next.get();
                tried.add(at);
                way.add(at);
            }

            // Then
            assertThat(way).hasSameElementsAs(nodes).hasSize(size).endsWith(start);
        }
    }

    @Test
    void a_node_that_refuses_does_not_keep_the_guest_from_the_others() {
        assertThat(Route.next(NODES, "a", List.of("b"))).contains("c");
    }
}
