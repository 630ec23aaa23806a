package io.cpubaseline.change;

import static io.cpubaseline.change.Story.answer;
import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.unlabelled;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.change.Carried.Value;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A baseline that was pinned and has lost its status, while its virtual machines still carry what was pinned. */
class RecoveryTest {

    private static final List<NodeCpu> SKYLAKES = nodes("xeon-gold-6130", "xeon-gold-6130");
    private static final List<NodeCpu> WITH_A_NEHALEM = nodes("xeon-gold-6130", "xeon-w3520");
    private static final Value OTHER = new Value("Penryn", FeatureSet.of("popcnt"), null, 2);

    private final Story story = Story.pinned(SKYLAKES);
    private final Pin pinned = Objects.requireNonNull(story.remembered().pinned());
    private final Value value = new Value(pinned.cpuModel(), pinned.requiredFeatures(), pinned.vendor(), 12);

    private static Carried carried(Value... values) {
        return new Carried("rack", List.of(values), List.of(), null);
    }

    private static String waiting(Decision decision) {
        return Objects.requireNonNull(decision.waiting()).message();
    }

    private static void assertThatItIsUnknown(Decision decision) {
        assertThat(decision.moved()).isNull();
        assertThat(decision.next().pinned()).isNull();
        assertThat(Objects.requireNonNull(decision.waiting()).reason()).isEqualTo(Reason.PinUnknown);
        assertThat(decision.retryAfter()).isNull();
    }

    @Test
    void what_all_carry_is_pinned_again_and_what_the_nodes_say_is_the_candidate() {
        // When
        Decision decision =
                story.after(Duration.ofHours(1)).statusLost(carried(value)).decide(WITH_A_NEHALEM);

        // Then
        assertThat(decision.moved()).isEqualTo(Move.Recovery);
        Pin recovered = Objects.requireNonNull(decision.next().pinned());
        assertThat(recovered).isEqualTo(pinned.at(story.now()));
        assertThat(story.candidateRevision()).isEqualTo(answer(WITH_A_NEHALEM));
        assertThat(decision.pending().reason()).isEqualTo(Reason.AwaitingApproval);
        assertThat(decision.waiting()).isNull();
    }

    @Test
    void it_needs_no_node_and_waits_for_none() {
        // Given
        List<NodeCpu> unknown = List.of(unlabelled(SKYLAKES.get(0)));
        story.unknownSinceNow();

        // When
        Decision decision = story.statusLost(carried(value)).decide(unknown);

        // Then
        assertThat(decision.moved()).isEqualTo(Move.Recovery);
        assertThat(story.pinnedRevision()).isEqualTo(pinned.revision());
    }

    @Test
    void a_model_that_the_catalog_does_not_have_is_recovered_too() {
        // Given
        Value strange = new Value("Tahoe-v7", FeatureSet.of("avx2", "aes", "smep", "teleport"), null, 3);

        // When
        Decision decision = story.statusLost(carried(strange)).decide(SKYLAKES);

        // Then
        Pin recovered = Objects.requireNonNull(decision.next().pinned());
        assertThat(recovered.revision()).isEqualTo(strange.revision());
        assertThat(recovered.level()).isEqualTo(AbiLevel.NONE);
        assertThat(recovered.required())
                .containsEntry("avx2", Purpose.Level)
                .containsEntry("aes", Purpose.Performance)
                .containsEntry("smep", Purpose.Hardening)
                .containsEntry("teleport", Purpose.Policy);
    }

    @Test
    void of_several_values_none_is_guessed_and_the_message_tells_how_to_choose() {
        // When
        Decision decision = story.statusLost(carried(value, OTHER)).decide(WITH_A_NEHALEM);

        // Then
        assertThatItIsUnknown(decision);
        assertThat(waiting(decision))
                .contains(pinned.revision() + " (12), " + OTHER.revision() + " (2).")
                .contains("kubectl patch ccb rack --type merge -p '{\"spec\":{\"approvedRevision\":\""
                        + pinned.revision() + "\"}}'")
                .contains(answer(WITH_A_NEHALEM));
        assertThat(waiting(decision).length()).isLessThanOrEqualTo(1024);
        assertThat(decision.pending().reason()).isEqualTo(Reason.AwaitingApproval);
        assertThat(story.candidateRevision()).isEqualTo(answer(WITH_A_NEHALEM));
    }

    @Test
    void a_carried_revision_that_is_approved_is_taken_and_the_others_can_be_gone_back_to() {
        // Given
        Value naples = new Value("EPYC", FeatureSet.empty(), null, 1);
        story.statusLost(carried(naples, value)).decide(SKYLAKES);

        // When
        Decision decision = story.approve(value.revision()).decide(SKYLAKES);

        // Then
        assertThat(decision.moved()).isEqualTo(Move.Approval);
        assertThat(story.pinnedRevision()).isEqualTo(value.revision());
        assertThat(story.history()).containsExactly(naples.revision());
    }

    @Test
    void an_approval_that_comes_with_the_new_object_is_taken_where_it_names_a_carried_revision() {
        // Given
        story.approve(OTHER.revision());

        // When
        Decision decision = story.statusLost(carried(value, OTHER)).decide(SKYLAKES);

        // Then
        assertThat(decision.moved()).isEqualTo(Move.Approval);
        assertThat(story.pinnedRevision()).isEqualTo(OTHER.revision());
    }

    @Test
    void what_the_nodes_say_is_taken_if_it_is_approved() {
        // Given
        String computed = answer(WITH_A_NEHALEM);
        story.approve(computed);

        // When
        Decision several = story.statusLost(carried(value, OTHER)).decide(WITH_A_NEHALEM);

        // Then
        assertThat(several.moved()).isEqualTo(Move.Approval);
        assertThat(story.pinnedRevision()).isEqualTo(computed);

        // When
        Decision one = story.statusLost(carried(value)).decide(WITH_A_NEHALEM);

        // Then the pin is recovered and left in one step, as if it had never been lost
        assertThat(one.moved()).isEqualTo(Move.Approval);
        assertThat(story.pinnedRevision()).isEqualTo(computed);
        assertThat(story.history()).containsExactly(value.revision());
    }

    @Test
    void another_approval_is_answered_and_nothing_is_adopted() {
        // Given
        story.approve("Nehalem-0123456789");

        // When
        Decision decision = story.statusLost(carried(value, OTHER)).decide(SKYLAKES);

        // Then
        assertThatItIsUnknown(decision);
        assertThat(Objects.requireNonNull(decision.approval()).reason()).isEqualTo(Reason.NotACandidate);
    }

    @Test
    void nothing_is_adopted_while_virtual_machines_can_not_be_read_or_do_not_tell() {
        // When
        Decision unreadable = story.statusLost(Carried.unreadable("rack", "virtualmachines.kubevirt.io is forbidden"))
                .decide(SKYLAKES);
        Decision unclear = story.statusLost(new Carried("rack", List.of(), List.of("shop/web"), null))
                .decide(SKYLAKES);
        Decision halfClear = story.statusLost(new Carried("rack", List.of(value), List.of("shop/web"), null))
                .decide(SKYLAKES);

        // Then
        assertThatItIsUnknown(unreadable);
        assertThat(waiting(unreadable)).contains("virtualmachines.kubevirt.io is forbidden");
        assertThatItIsUnknown(unclear);
        assertThat(waiting(unclear)).contains("of 1, one field is another manager's (shop/web)");
        assertThatItIsUnknown(halfClear);
    }

    @Test
    void nothing_moves_while_paused() {
        // When
        Decision decision = story.statusLost(carried(value)).paused(true).decide(SKYLAKES);

        // Then
        assertThat(decision.moved()).isNull();
        assertThat(Objects.requireNonNull(decision.waiting()).reason()).isEqualTo(Reason.Paused);

        // When
        decision = story.paused(false).decide(SKYLAKES);

        // Then
        assertThat(decision.moved()).isEqualTo(Move.Recovery);
    }
}
