package io.cpubaseline.change;

import static io.cpubaseline.change.ChangeCases.ICE_LAKE;
import static io.cpubaseline.change.ChangeCases.MINUTE;
import static io.cpubaseline.change.ChangeCases.NAPLES;
import static io.cpubaseline.change.ChangeCases.SANDY_BRIDGE;
import static io.cpubaseline.change.ChangeCases.SKYLAKE;
import static io.cpubaseline.change.ChangeCases.candidate;
import static io.cpubaseline.change.Story.and;
import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.notReady;
import static io.cpubaseline.change.Story.unlabelled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What never moves the pin. */
class PinStaysTest {

    private final List<NodeCpu> cluster = nodes(SKYLAKE, SKYLAKE, ICE_LAKE);
    private final Story story = Story.pinned(cluster);
    private final Remembered before = story.remembered;

    static Stream<Arguments> badDays() {
        List<NodeCpu> cluster = nodes(SKYLAKE, SKYLAKE, ICE_LAKE);
        return Stream.of(
                arguments(
                        "all labels removed",
                        cluster.stream().map(Story::unlabelled).toList()),
                arguments(
                        "all labels removed but remembered",
                        cluster.stream().map(Story::unlabelledSince).toList()),
                arguments(
                        "one node's labels removed",
                        List.of(unlabelled(cluster.get(0)), cluster.get(1), cluster.get(2))),
                arguments("one node not ready", List.of(cluster.get(0), cluster.get(1), notReady(cluster.get(2)))),
                arguments(
                        "all nodes not ready",
                        cluster.stream().map(Story::notReady).toList()),
                arguments(
                        "all nodes not schedulable",
                        cluster.stream().map(Story::notSchedulable).toList()),
                arguments(
                        "all labels frozen", cluster.stream().map(Story::frozen).toList()),
                arguments(
                        "all nodes just rebooted",
                        cluster.stream().map(Story::rebooted).toList()),
                arguments(
                        "no KVM anywhere",
                        cluster.stream().map(Story::withoutKvm).toList()),
                arguments("all nodes deleted", List.of()),
                arguments("a worse newcomer", and(cluster, node("n3", SANDY_BRIDGE))),
                arguments("a newcomer with nothing in common", and(cluster, node("n3", "xeon-5110"))),
                arguments("a newcomer of another vendor", and(cluster, node("n3", NAPLES))),
                arguments("nothing but another vendor's nodes", nodes(NAPLES)),
                arguments("a better fleet", nodes(SKYLAKE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badDays")
    void whatever_the_nodes_do(String name, List<NodeCpu> changed) {
        // When
        Decision decision = story.after(Duration.ofDays(30)).decide(changed);

        // Then
        assertThat(decision.moved()).isNull();
        assertThat(decision.next().pinned()).isEqualTo(before.pinned());
        assertThat(decision.next().history()).isEmpty();
        assertThat(decision.waiting()).isNull();
        assertThat(decision.retryAfter()).isNull();

        // And when
        Decision back = story.after(MINUTE).decide(cluster);

        // Then
        assertThat(back.next()).isEqualTo(before);
        assertThat(back.pending())
                .isEqualTo(new Verdict(Reason.UpToDate, "The pinned baseline is what the nodes and the policy say."));
    }

    @Test
    void though_a_node_flaps_for_a_day() {
        for (int i = 0; i < 200; i++) {
            // When
            NodeCpu flapping = i % 2 == 0 ? notReady(cluster.get(2)) : cluster.get(2);
            Decision decision =
                    story.after(MINUTE.multipliedBy(7)).decide(List.of(cluster.get(0), cluster.get(1), flapping));

            // Then
            assertThat(decision.next()).isEqualTo(before);
        }
    }

    static Stream<Arguments> noAnswers() {
        return Stream.of(
                arguments("No amd64 node is selected", List.of()),
                arguments(
                        "of several CPU vendors (1 AMD, 3 Intel)",
                        and(nodes(SKYLAKE, SKYLAKE, ICE_LAKE), node("n3", NAPLES))),
                arguments(
                        "No CPU model is usable on every",
                        and(nodes(SKYLAKE, SKYLAKE, ICE_LAKE), node("n3", "xeon-5110"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noAnswers")
    void and_where_the_nodes_have_no_common_answer_any_more_the_reason_is_told(String why, List<NodeCpu> changed) {
        // When
        Decision decision = story.decide(changed);

        // Then
        assertThat(decision.next()).isEqualTo(before);
        assertThat(decision.pending().reason()).isEqualTo(Reason.UpToDate);
        assertThat(decision.pending().message())
                .startsWith("The pin stays, and there is no candidate: ")
                .contains(why);
    }

    @Test
    void though_the_pinned_model_is_one_that_the_catalog_no_longer_has() {
        // Given
        Pin unknownModel =
                new Pin("Forgotten-Lake", Collections.emptySortedMap(), AbiLevel.V2, null, Story.START, "2020.1.1");
        story.remembered = new Remembered(unknownModel, null, List.of());

        // When
        Decision decision = story.decide(cluster);

        // Then
        assertThat(decision.next().pinned()).isEqualTo(unknownModel);
        assertThat(candidate(decision).direction()).isEqualTo(Direction.Sideways);
        assertThat(candidate(decision).impact())
                .isEqualTo("Guests change from Forgotten-Lake to Skylake-Server-noTSX-IBRS at their next start.");
    }
}
