package io.cpubaseline.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.verification.Progress.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** When a baseline is verified. */
class OutcomeTest {

    private static final Domain INTEL =
            new Domain("Intel", List.of("n1", "n2"), new TreeMap<>(Map.of("n3", "CPU model Haswell")));

    private static final Pulse WELL =
            Pulse.begin(Duration.ofSeconds(30), new Sighting(Duration.ZERO, "u1", "n1", "Running", true, ""));

    private static Leg leg(int round, String source, String target, Result result, String words) {
        return new Leg(round, "vm-1", "Intel", source, target, result, Duration.ofSeconds(7L * round), words);
    }

    private static Leg well(int round, String source, String target) {
        return leg(round, source, target, Result.Succeeded, "");
    }

    private static Outcome outcome(Leg... legs) {
        return new Outcome(List.of(INTEL), List.of(legs), Map.of("vm-1", WELL), true, "");
    }

    @Test
    void it_is_where_every_migration_succeeded_and_every_other_node_is_named() {
        // When
        Outcome outcome = outcome(well(1, "n1", "n2"), well(1, "n2", "n1"), well(2, "n1", "n2"), well(2, "n2", "n1"));

        // Then
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.passed()).isTrue();
        assertThat(outcome.isConclusive()).isTrue();
        assertThat(outcome.visited()).isEqualTo(2);
        assertThat(outcome.rounds()).isEqualTo(2);
        assertThat(outcome.visits())
                .containsExactly(
                        new Outcome.Visit("n1", "Intel", 2, Duration.ofSeconds(14), ""),
                        new Outcome.Visit("n2", "Intel", 2, Duration.ofSeconds(14), ""),
                        new Outcome.Visit("n3", "Intel", 0, Duration.ZERO, "CPU model Haswell"));
    }

    @Test
    void one_migration_that_failed_is_enough() {
        // When
        Outcome outcome = outcome(well(1, "n2", "n1"), leg(1, "n1", "n2", Result.Failed, "the CPU does not match"));

        // Then
        assertThat(outcome.failures()).containsExactly("vm-1 from n1 to n2: Failed, the CPU does not match");
        assertThat(outcome.isConclusive()).isTrue();
        assertThat(outcome.visits().get(1).reason()).isEqualTo("the CPU does not match");
    }

    @Test
    void so_is_a_guest_that_broke() {
        // When
        Pulse broken = WELL.seen(new Sighting(Duration.ofSeconds(9), "", "", "", false, ""));
        Outcome outcome = new Outcome(
                List.of(INTEL),
                List.of(well(1, "n1", "n2"), well(1, "n2", "n1")),
                Map.of("vm-1", WELL, "vm-2", broken),
                true,
                "it was ended at the first guest that broke");

        // Then
        assertThat(outcome.failures())
                .containsExactly("vm-2: its instance is gone", "it was ended at the first guest that broke");
        assertThat(outcome.isConclusive()).isTrue();
    }

    @Test
    void a_run_that_was_interrupted_verifies_nothing_and_its_last_migration_is_no_failure_of_its_own() {
        // When
        Outcome outcome = new Outcome(
                List.of(INTEL),
                List.of(well(1, "n1", "n2"), leg(1, "n2", "n1", Result.CalledOff, "the run ended before it did")),
                Map.of("vm-1", WELL),
                true,
                "it was interrupted");

        // Then
        assertThat(outcome.failures()).containsExactly("it was interrupted");
        assertThat(outcome.isConclusive()).isFalse();
        assertThat(outcome.succeeded()).isOne();
    }

    @Test
    void where_nothing_can_migrate_nothing_is_verified() {
        // Given
        Domain alone = new Domain("Intel", List.of(), new TreeMap<>(Map.of("n1", "it is alone")));

        // When
        Outcome outcome = new Outcome(List.of(alone), List.of(), Map.of(), true, "");

        // Then
        assertThat(outcome.failures()).containsExactly("nothing could be migrated, so nothing is verified");
        assertThat(outcome.isConclusive()).isFalse();
    }

    @Test
    void a_node_that_nobody_came_to_is_named_or_a_failure() {
        // Given
        List<Leg> legs = List.of(well(1, "n1", "n2"));

        // Then: where KubeVirt chooses, that is the reason; where it is told, there must be another
        Outcome chosen = new Outcome(List.of(INTEL), legs, Map.of(), false, "");
        assertThat(chosen.passed()).isTrue();
        assertThat(chosen.visits().get(0).reason()).startsWith("KubeVirt before 1.6 can't be told");
        assertThat(new Outcome(List.of(INTEL), legs, Map.of(), true, "").failures())
                .containsExactly("n1 was not visited, and nobody knows why");
    }
}
