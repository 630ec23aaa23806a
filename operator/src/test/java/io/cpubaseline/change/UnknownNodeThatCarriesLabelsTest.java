package io.cpubaseline.change;

import static io.cpubaseline.change.ChangeCases.BROADWELL;
import static io.cpubaseline.change.ChangeCases.ICE_LAKE;
import static io.cpubaseline.change.ChangeCases.NAPLES;
import static io.cpubaseline.change.ChangeCases.NEHALEM;
import static io.cpubaseline.change.ChangeCases.SANDY_BRIDGE;
import static io.cpubaseline.change.ChangeCases.SKYLAKE;
import static io.cpubaseline.change.ChangeCases.candidate;
import static io.cpubaseline.change.Story.answer;
import static io.cpubaseline.change.Story.frozen;
import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.notReady;
import static io.cpubaseline.change.Story.notSchedulable;
import static io.cpubaseline.change.Story.rebooted;
import static io.cpubaseline.change.Story.unlabelled;
import static io.cpubaseline.change.Story.unlabelledSince;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What labels of a node count for, of which nothing else is known. */
class UnknownNodeThatCarriesLabelsTest {

    private final Story story = Story.pinned(nodes(SKYLAKE, ICE_LAKE));
    private final NodeCpu skylake = node("n0", SKYLAKE);
    private final NodeCpu iceLake = node("n1", ICE_LAKE);

    static Stream<Arguments> unknown() {
        NodeCpu iceLake = node("n1", ICE_LAKE);
        return Stream.of(
                arguments("not ready", notReady(iceLake)),
                arguments("not schedulable", notSchedulable(iceLake)),
                arguments("frozen", frozen(iceLake)),
                arguments("rebooted", rebooted(iceLake)),
                arguments("its labels remembered", unlabelledSince(iceLake)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unknown")
    void holds_back_a_raise(String name, NodeCpu unknown) {
        // When
        Decision decision = story.decide(List.of(skylake, unknown));

        // Then
        assertThat(decision.next().candidate()).isNull();
        assertThat(decision.pending().reason()).isEqualTo(Reason.UpToDate);
        assertThat(decision.pending().message())
                .isEqualTo(
                        "The known nodes could have %s, but unknown ones (n1) that were or are labelled as less hold that back."
                                .formatted(answer(nodes(SKYLAKE))));
    }

    @Test
    void holds_nothing_back_once_its_labels_are_forgotten() {
        // When
        story.decide(List.of(skylake, unlabelled(iceLake)));

        // Then
        assertThat(story.candidateRevision()).isEqualTo(answer(nodes(SKYLAKE)));
    }

    @Test
    void holds_a_raise_back_even_where_it_could_not_take_the_pin() {
        // When
        story.decide(List.of(skylake, notReady(node("n2", SANDY_BRIDGE))));

        // Then
        assertThat(story.candidateRevision()).isEmpty();
    }

    @Test
    void holds_a_raise_back_even_where_nothing_at_all_is_common_with_it() {
        // When
        story.decide(List.of(skylake, notReady(node("n2", NAPLES))));

        // Then
        assertThat(story.candidateRevision()).isEmpty();
    }

    @Test
    void limits_a_raise_to_what_it_can_take_itself() {
        // Given
        Story nehalems = Story.pinned(nodes(SKYLAKE, BROADWELL, NEHALEM));

        // When
        Decision decision = nehalems.decide(List.of(node("n0", SKYLAKE), notReady(node("n1", BROADWELL))));

        // Then
        assertThat(candidate(decision).direction()).isEqualTo(Direction.Raise);
        assertThat(nehalems.candidateRevision()).isEqualTo(answer(nodes(SKYLAKE, BROADWELL)));
    }

    @Test
    void never_lowers() {
        // When
        story.decide(List.of(skylake, iceLake, notReady(node("n2", SANDY_BRIDGE))));

        // Then
        assertThat(story.candidateRevision()).isEmpty();
    }

    @Test
    void hides_no_lower_that_known_nodes_ask_for() {
        // When
        story.decide(List.of(skylake, iceLake, node("n2", BROADWELL), notReady(node("n3", NAPLES))));

        // Then
        assertThat(story.candidateRevision()).isEqualTo(answer(nodes(SKYLAKE, ICE_LAKE, BROADWELL)));
    }
}
