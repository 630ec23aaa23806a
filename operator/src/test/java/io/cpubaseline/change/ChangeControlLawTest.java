package io.cpubaseline.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.baseline.Policy;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds whatever happens to nodes and spec, in whatever order: random years of a cluster. */
class ChangeControlLawTest {

    private static final int STEPS = 50;

    private static final List<String> HOSTS = List.of(
            "xeon-gold-6130",
            "ice-lake-server",
            "xeon-e5-2650-v4",
            "xeon-e5-2650",
            "xeon-w3520",
            "xeon-5110",
            "node-i5-13500",
            "core-i7-5600u",
            "epyc-7601-32-core",
            "node-ryzen7-5700x");

    private static final List<UnaryOperator<NodeCpu>> TROUBLES = List.of(
            UnaryOperator.identity(),
            Story::notReady,
            Story::notSchedulable,
            Story::frozen,
            Story::rebooted,
            Story::withoutKvm,
            Story::unlabelled,
            Story::unlabelledSince);

    private static final List<Policy> POLICIES = List.of(
            Story.SINGLE,
            Policy.open(),
            Story.upTo(AbiLevel.V3),
            Story.upTo(AbiLevel.V2),
            Story.excluding("umip", "aes"));

    private final Story story = new Story();
    private final TreeMap<String, NodeCpu> cluster = new TreeMap<>();

    static IntStream seeds() {
        return IntStream.range(0, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void the_pin_moves_by_first_adoption_or_because_approvedRevision_names_the_new_one(int seed) {
        // Given
        Random random = new Random(seed);
        cluster.put("n0", Story.node("n0", HOSTS.get(random.nextInt(HOSTS.size()))));

        for (int step = 0; step < STEPS; step++) {
            somethingHappens(random);
            Remembered before = story.remembered;

            // When
            Decision decision = story.decide(nodes());

            // Then
            assertThatThePinMovedForAReason(before, decision);
            assertThatWhatIsRememberedIsSound(before, decision.next());
            assertThatDecidingAgainChangesNothing(decision);
        }
    }

    private void assertThatThePinMovedForAReason(Remembered before, Decision decision) {
        Pin pinned = decision.next().pinned();
        if (decision.moved() == null) {
            assertThat(pinned).isEqualTo(before.pinned());
        } else {
            assertThat(story.paused).isFalse();
            assertThat(pinned).isNotNull();
            if (decision.moved() == Move.FirstAdoption) {
                assertThat(before.pinned()).isNull();
                assertThat(story.approvedRevision).isNull();
            } else {
                assertThat(story.approvedRevision).isEqualTo(story.pinnedRevision());
            }
        }
        assertThat(decision.waiting() == null).isEqualTo(pinned != null);
        assertThat(decision.approval() == null).isEqualTo(story.approvedRevision == null);
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

    private void assertThatDecidingAgainChangesNothing(Decision decision) {
        Decision again = story.decide(nodes());
        assertThat(again.moved()).isNull();
        assertThat(again.next()).isEqualTo(decision.next());
        assertThat(again.pending()).isEqualTo(decision.pending());
        assertThat(again.approval()).isEqualTo(decision.approval());
    }

    private List<NodeCpu> nodes() {
        return List.copyOf(cluster.values());
    }

    private void somethingHappens(Random random) {
        story.after(Duration.ofSeconds(random.nextInt(600)));
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                String name = "n" + random.nextInt(6);
                NodeCpu healthy = Story.node(name, HOSTS.get(random.nextInt(HOSTS.size())));
                cluster.put(name, random.nextBoolean() ? healthy : Story.created(healthy, story.now));
            }
            case 3 -> cluster.remove("n" + random.nextInt(6));
            case 4 -> {
                UnaryOperator<NodeCpu> trouble = TROUBLES.get(random.nextInt(TROUBLES.size()));
                cluster.computeIfPresent("n" + random.nextInt(6), (name, node) -> trouble.apply(node));
                story.unknownSince = random.nextBoolean() ? null : story.now;
            }
            case 5 -> story.policy(POLICIES.get(random.nextInt(POLICIES.size())));
            case 6 -> story.paused(random.nextInt(4) == 0);
            default -> somebodyApproves(random);
        }
    }

    private void somebodyApproves(Random random) {
        List<String> revisions = new ArrayList<>(story.history());
        revisions.add("Nehalem-0123456789");
        for (int i = 0; i < 3 && !story.candidateRevision().isEmpty(); i++) {
            revisions.add(story.candidateRevision());
        }
        story.approve(random.nextInt(5) == 0 ? null : revisions.get(random.nextInt(revisions.size())));
    }
}
