package io.cpubaseline.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which nodes a run visits, and what it says of the others. */
class DomainTest {

    private static final String ALONE =
            "no other node with a CPU of AMD can take a guest: one that runs there can't leave";

    @Test
    void nodes_that_can_take_guests_are_visited_and_the_others_keep_their_reason() {
        // When
        List<Domain> domains = Domain.of(
                List.of(
                        new Place("n3", "Intel", ""),
                        new Place("n1", "Intel", ""),
                        new Place("n2", "Intel", "CPU model Haswell"),
                        new Place("a1", "AMD", ""),
                        new Place("a2", "AMD", "")),
                "");

        // Then
        assertThat(domains).extracting(Domain::vendor).containsExactly("AMD", "Intel");
        assertThat(domains.get(0).nodes()).containsExactly("a1", "a2");
        assertThat(domains.get(1).nodes()).containsExactly("n1", "n3");
        assertThat(domains.get(1).leftOut()).containsOnly(Map.entry("n2", "CPU model Haswell"));
    }

    @Test
    void a_node_that_is_alone_is_no_place_to_migrate_to() {
        // When
        List<Domain> domains = Domain.of(List.of(new Place("a1", "AMD", ""), new Place("a2", "AMD", "a taint")), "AMD");

        // Then
        assertThat(domains.get(0).isTravelled()).isFalse();
        assertThat(domains.get(0).leftOut()).containsOnly(Map.entry("a1", ALONE), Map.entry("a2", "a taint"));
    }

    @Test
    void other_vendors_than_the_baselines_own_are_named_and_so_are_nodes_without_one() {
        // When
        List<Domain> domains = Domain.of(
                List.of(
                        new Place("n1", "Intel", ""),
                        new Place("n2", "Intel", ""),
                        new Place("a1", "AMD", ""),
                        new Place("new", "", "")),
                "Intel");

        // Then
        assertThat(domains)
                .filteredOn(Domain::isTravelled)
                .extracting(Domain::vendor)
                .containsExactly("Intel");
        assertThat(domains.get(0).leftOut()).containsOnlyKeys("new");
        assertThat(domains.get(1).leftOut()).containsEntry("a1", "the baseline confines its guests to Intel");
    }
}
