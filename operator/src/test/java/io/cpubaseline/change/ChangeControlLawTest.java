package io.cpubaseline.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.baseline.Policy.Vendors;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds whatever happens to nodes and spec, in whatever order: random years of a cluster. */
class ChangeControlLawTest {

    private static final int STEPS = 50;

    private final Story story = new Story();

    static IntStream seeds() {
        return IntStream.range(0, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void the_pin_moves_by_first_adoption_by_recovery_or_because_approvedRevision_names_the_new_one(int seed) {
        // Given
        RandomCluster cluster = new RandomCluster(seed, story);

        for (int step = 0; step < STEPS; step++) {
            List<NodeCpu> nodes = cluster.somethingHappens();
            Remembered before = story.remembered;
            boolean specChanged = story.specChanged;

            // When
            Decision decision = story.decide(nodes);

            // Then
            assertThatThePinMovedForAReason(before, decision);
            assertThatConfinementStays(before.pinned(), decision, specChanged);
            assertThatWhatIsRememberedIsSound(before, decision.next());
            assertThatDecidingAgainChangesNothing(decision, nodes);
        }
    }

    private void assertThatThePinMovedForAReason(Remembered before, Decision decision) {
        Pin pinned = decision.next().pinned();
        if (decision.moved() == null) {
            assertThat(pinned == null ? null : pinned.within(null))
                    .isEqualTo(before.pinned() == null ? null : before.pinned().within(null));
        } else {
            assertThat(story.paused).isFalse();
            assertThat(pinned).isNotNull();
            if (decision.moved() == Move.FirstAdoption) {
                assertThat(before.pinned()).isNull();
                assertThat(story.approvedRevision).isNull();
                assertThat(story.carried.isNothing()).isTrue();
            } else if (decision.moved() == Move.Recovery) {
                assertThat(before.pinned()).isNull();
                assertThat(story.carried.only().orElseThrow().revision()).isEqualTo(story.pinnedRevision());
            } else {
                assertThat(story.approvedRevision).isEqualTo(story.pinnedRevision());
            }
        }
        assertThat(decision.waiting() == null).isEqualTo(pinned != null);
        assertThat(decision.approval() == null).isEqualTo(story.approvedRevision == null);
    }

    /** A pin that stays keeps its vendor: it gets one when that is clear, and an edit of the spec alone frees or confines it. */
    private void assertThatConfinementStays(@Nullable Pin before, Decision decision, boolean specChanged) {
        Pin after = decision.next().pinned();
        if (before == null || after == null || decision.moved() != null || before.equals(after)) {
            return;
        }
        String vendor = Objects.requireNonNull(after.vendor());
        assertThat(story.paused).isFalse();
        if (before.vendor() != null) {
            assertThat(specChanged).isTrue();
            assertThat(vendor.isEmpty()).isNotEqualTo(before.vendor().isEmpty());
            assertThat(vendor.isEmpty()).isEqualTo(story.policy.vendors() == Vendors.Mixed);
        }
    }

    private void assertThatWhatIsRememberedIsSound(Remembered before, Remembered after) {
        assertThat(story.history())
                .hasSizeLessThanOrEqualTo(10)
                .doesNotHaveDuplicates()
                .doesNotContain(story.pinnedRevision());
        Candidate earlier = before.candidate();
        Candidate candidate = after.candidate();
        if (candidate != null) {
            assertThat(candidate.revision()).isNotEqualTo(story.pinnedRevision());
            if (earlier != null && earlier.revision().equals(candidate.revision())) {
                assertThat(candidate.since()).isEqualTo(earlier.since());
                assertThat(candidate.trigger()).isEqualTo(earlier.trigger());
            } else {
                assertThat(candidate.since()).isEqualTo(story.now);
            }
        }
    }

    private void assertThatDecidingAgainChangesNothing(Decision decision, List<NodeCpu> nodes) {
        Decision again = story.decide(nodes);
        assertThat(again.moved()).isNull();
        assertThat(again.next()).isEqualTo(decision.next());
        assertThat(again.pending()).isEqualTo(decision.pending());
        assertThat(again.approval()).isEqualTo(decision.approval());
    }
}
