package io.cpubaseline.change;

import static io.cpubaseline.change.Story.and;
import static io.cpubaseline.change.Story.answer;
import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.unlabelled;
import static io.cpubaseline.change.Story.unlabelledSince;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Fleets;
import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.change.Candidate.Direction;
import io.cpubaseline.change.Decision.Move;
import io.cpubaseline.change.MoveRules.Policy;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** When the pin moves by itself, by which rule, and what holds it back. */
class AutomationTest {

    private static final String SKYLAKE = "xeon-gold-6130";
    private static final String BROADWELL = "xeon-e5-2650-v4";
    private static final String RAPTOR_LAKE = "node-i5-13500";

    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final Duration DAY = Duration.ofHours(24);

    /** A Skylake without AVX-512, which takes nothing else away. */
    private static NodeCpu smaller(String name) {
        CpuEvidence skylake = Fleets.host(SKYLAKE);
        Set<String> gone = Set.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl");
        TreeSet<String> models = skylake.labelledModels().stream()
                .filter(model -> Story.PLANNER
                        .catalog()
                        .model(model)
                        .filter(known -> gone.stream().noneMatch(known.features()::contains))
                        .isPresent())
                .collect(Collectors.toCollection(TreeSet::new));
        return node(
                name,
                new CpuEvidence(
                        skylake.labelledFeatures().minus(FeatureSet.copyOf(gone)),
                        models,
                        skylake.labelledVendors(),
                        skylake.silicon()));
    }

    private static final List<NodeCpu> SKYLAKES = nodes(SKYLAKE, SKYLAKE);
    private static final List<NodeCpu> WITH_SMALLER = and(SKYLAKES, smaller("n2"));

    private static Candidate candidate(Decision decision) {
        return Objects.requireNonNull(decision.next().candidate());
    }

    private static NodeCpu sized(NodeCpu node, int size) {
        return node.on(
                new NodeHost(NodePlatform.unknown(), new NodeCapacity(size * 1000L, (long) size << 30), List.of()));
    }

    @Test
    void by_default_nothing_moves_by_itself_however_long_it_holds() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        story.decide(WITH_SMALLER);

        // When
        Decision decision = story.after(Duration.ofDays(365)).decide(WITH_SMALLER);

        // Then
        assertThat(candidate(decision).direction()).isEqualTo(Direction.Lower);
        assertThat(decision.moved()).isNull();
        assertThat(decision.pending().reason()).isEqualTo(Reason.AwaitingApproval);
        assertThat(decision.retryAfter()).isNull();
    }

    @Test
    void a_lower_answer_is_taken_after_its_time_and_the_pin_before_it_is_kept() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        String before = story.pinnedRevision();
        story.lower = Policy.Automatic;

        // When
        Decision early = story.decide(WITH_SMALLER);
        Decision almost = story.after(FIVE_MINUTES.minusSeconds(1)).decide(WITH_SMALLER);
        Decision due = story.after(Duration.ofSeconds(1)).decide(WITH_SMALLER);

        // Then
        assertThat(early.pending().reason()).isEqualTo(Reason.Stabilizing);
        assertThat(early.pending().message()).contains("It will be taken at 2026-01-01T00:05:00Z");
        assertThat(early.retryAfter()).isEqualTo(FIVE_MINUTES);
        assertThat(almost.moved()).isNull();
        assertThat(almost.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(due.moved()).isEqualTo(Move.AutomaticLower);
        assertThat(Objects.requireNonNull(due.taken()).direction()).isEqualTo(Direction.Lower);
        assertThat(story.pinnedRevision()).isEqualTo(answer(WITH_SMALLER));
        assertThat(story.history()).containsExactly(before);
        assertThat(due.pending().reason()).isEqualTo(Reason.UpToDate);
    }

    @Test
    void a_raise_is_taken_after_a_day() {
        // Given
        Story story = Story.pinned(WITH_SMALLER);
        story.raise = Policy.Automatic;

        // When
        Decision early = story.decide(SKYLAKES);
        Decision almost = story.after(DAY.minusSeconds(1)).decide(SKYLAKES);
        Decision due = story.after(Duration.ofSeconds(1)).decide(SKYLAKES);

        // Then
        assertThat(early.retryAfter()).isEqualTo(DAY);
        assertThat(almost.moved()).isNull();
        assertThat(due.moved()).isEqualTo(Move.AutomaticRaise);
        assertThat(story.pinnedRevision()).isEqualTo(answer(SKYLAKES));
    }

    @Test
    void a_candidate_that_changes_begins_its_time_anew() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        story.lower = Policy.Automatic;
        story.decide(WITH_SMALLER);

        // When
        Decision gone = story.after(FIVE_MINUTES.minusSeconds(1)).decide(SKYLAKES);
        Decision back = story.after(Duration.ofSeconds(1)).decide(WITH_SMALLER);

        // Then
        assertThat(gone.pending().reason()).isEqualTo(Reason.UpToDate);
        assertThat(back.moved()).isNull();
        assertThat(back.retryAfter()).isEqualTo(FIVE_MINUTES);
    }

    /** What the policies let through: a candidate of each direction under each pair of policies. */
    @ParameterizedTest(name = "raise {0}, lower {1}")
    @CsvSource({
        "Manual, Manual, , , ",
        "Manual, ExtrasOnly, , , ",
        "Manual, Automatic, , AutomaticLower, ",
        "Automatic, Manual, AutomaticRaise, , ",
        "Automatic, ExtrasOnly, AutomaticRaise, , ",
        "Automatic, Automatic, AutomaticRaise, AutomaticLower, AutomaticSideways"
    })
    void what_goes_both_ways_obeys_the_stricter_policy(
            Policy raise, Policy lower, @Nullable Move onRaise, @Nullable Move onLower, @Nullable Move onSideways) {
        assertThat(afterLong(raise, lower, WITH_SMALLER, SKYLAKES)).isEqualTo(onRaise);
        assertThat(afterLong(raise, lower, SKYLAKES, WITH_SMALLER)).isEqualTo(onLower);
        assertThat(afterLong(raise, lower, nodes(SKYLAKE), nodes(RAPTOR_LAKE))).isEqualTo(onSideways);
    }

    private static @Nullable Move afterLong(Policy raise, Policy lower, List<NodeCpu> first, List<NodeCpu> then) {
        Story story = Story.pinned(first);
        story.raise = raise;
        story.lower = lower;
        story.decide(then);
        return story.after(Duration.ofDays(30)).decide(then).moved();
    }

    @Test
    void what_goes_both_ways_takes_the_longer_time() {
        // Given
        Story story = Story.pinned(nodes(SKYLAKE));
        story.raise = Policy.Automatic;
        story.lower = Policy.Automatic;

        // When
        Decision decision = story.decide(nodes(RAPTOR_LAKE));

        // Then
        assertThat(candidate(decision).direction()).isEqualTo(Direction.Sideways);
        assertThat(decision.retryAfter()).isEqualTo(DAY);
    }

    @Test
    void a_lower_answer_that_takes_a_mitigation_obeys_the_stricter_policy() {
        // Given
        CpuEvidence skylake = Fleets.host(SKYLAKE);
        NodeCpu withoutSsbd = node(
                "n2",
                new CpuEvidence(
                        skylake.labelledFeatures().minus(FeatureSet.of("ssbd")),
                        skylake.labelledModels(),
                        skylake.labelledVendors(),
                        skylake.silicon()));
        List<NodeCpu> worse = and(SKYLAKES, withoutSsbd);
        Story story = Story.pinned(SKYLAKES);
        story.lower = Policy.Automatic;

        // When
        Decision alone = story.decide(worse);
        Decision later = story.after(Duration.ofDays(1)).decide(worse);
        story.raise = Policy.Automatic;
        Decision both = story.decide(worse);

        // Then
        assertThat(candidate(alone).direction()).isEqualTo(Direction.Lower);
        assertThat(candidate(alone).impact()).contains("lose ssbd");
        assertThat(alone.pending().reason()).isEqualTo(Reason.AwaitingApproval);
        assertThat(alone.pending().message()).contains("The stricter policy of spec.changes counts");
        assertThat(later.moved()).isNull();
        assertThat(both.moved()).isEqualTo(Move.AutomaticLower);
    }

    static Stream<Arguments> holds() {
        KubeVirtProgress upgrade = new KubeVirtProgress("KubeVirt kubevirt/kv is in phase Deploying", null);
        NodeCpu stranger = unlabelled(node("n9", SKYLAKE));
        NodeCpu remembered = unlabelledSince(node("n9", SKYLAKE));
        return Stream.of(
                arguments("an approval that was followed", hold(s -> s.approve(s.pinnedRevision())), null, null, true),
                arguments("an upgrade", hold(s -> s.kubeVirt = upgrade), null, Reason.HeldByUpgrade, true),
                arguments(
                        "a verification of what is pinned that failed",
                        hold(s -> s.failedVerification = failed(s.pinnedRevision())),
                        null,
                        Reason.HeldByVerification,
                        false),
                arguments(
                        "a verification of something else that failed",
                        hold(s -> s.failedVerification = failed("Nehalem-0123456789")),
                        null,
                        null,
                        false),
                arguments(
                        "a node of which nothing is known", hold(s -> {}), stranger, Reason.HeldByUnknownNodes, false),
                arguments("a node that is remembered", hold(s -> {}), remembered, null, false),
                arguments(
                        "too little capacity",
                        hold(s -> s.minimumCapacity = 50),
                        sized(unlabelledSince(node("n9", SKYLAKE)), 100),
                        Reason.HeldByCapacity,
                        false));
    }

    private static FailedVerification failed(String revision) {
        return new FailedVerification(revision, "2026-01-02T03:04:05Z");
    }

    private static Consumer<Story> hold(Consumer<Story> by) {
        return by;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("holds")
    void a_raise_is_held_and_a_lower_answer_only_by_people_and_upgrades(
            String name, Consumer<Story> hold, @Nullable NodeCpu newcomer, @Nullable Reason reason, boolean lowerToo) {
        for (Direction direction : List.of(Direction.Raise, Direction.Lower)) {
            // Given
            List<NodeCpu> less = sized(WITH_SMALLER);
            List<NodeCpu> more = sized(SKYLAKES);
            Story story = Story.pinned(direction == Direction.Raise ? less : more);
            story.raise = Policy.Automatic;
            story.lower = Policy.Automatic;
            List<NodeCpu> then = direction == Direction.Raise ? more : less;
            List<NodeCpu> cluster = newcomer == null ? then : and(then, newcomer);
            story.decide(then);
            hold.accept(story);
            story.specChanged = false;

            // When
            Decision decision = story.after(Duration.ofDays(2)).decide(cluster);

            // Then
            Reason expected = name.contains("approval") ? Reason.HeldByApproval : reason;
            if (expected == null || direction == Direction.Lower && !lowerToo) {
                assertThat(decision.moved()).as("%s", direction).isNotNull();
            } else {
                assertThat(decision.moved()).as("%s", direction).isNull();
                assertThat(decision.pending().reason()).as("%s", direction).isEqualTo(expected);
            }
        }
    }

    private static List<NodeCpu> sized(List<NodeCpu> nodes) {
        return nodes.stream().map(node -> sized(node, 16)).toList();
    }

    @Test
    void approval_overrides_every_hold() {
        // Given
        Story story = Story.pinned(sized(WITH_SMALLER));
        story.raise = Policy.Automatic;
        story.minimumCapacity = 50;
        story.kubeVirt = new KubeVirtProgress("KubeVirt kubevirt/kv is in phase Deploying", null);
        List<NodeCpu> cluster = and(sized(SKYLAKES), sized(unlabelled(node("n9", SKYLAKE)), 100));
        Decision held = story.decide(cluster);

        // When
        Decision approved = story.approve(candidate(held).revision()).decide(cluster);

        // Then
        assertThat(held.pending().message()).endsWith("To take it anyway: spec.approvedRevision: " + answer(SKYLAKES));
        assertThat(approved.moved()).isEqualTo(Move.Approval);
    }

    @Test
    void after_an_upgrade_the_time_begins_anew() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        story.lower = Policy.Automatic;
        story.kubeVirt = new KubeVirtProgress("KubeVirt kubevirt/kv is in phase Deploying", null);
        story.decide(WITH_SMALLER);
        story.after(Duration.ofMinutes(20)).decide(WITH_SMALLER);

        // When
        story.kubeVirt = new KubeVirtProgress(null, story.now());
        Decision settled = story.decide(WITH_SMALLER);
        Decision due = story.after(FIVE_MINUTES).decide(WITH_SMALLER);

        // Then
        assertThat(settled.pending().reason()).isEqualTo(Reason.Stabilizing);
        assertThat(settled.retryAfter()).isEqualTo(FIVE_MINUTES);
        assertThat(due.moved()).isEqualTo(Move.AutomaticLower);
    }

    @Test
    void what_an_edit_of_the_spec_brings_up_waits_for_approval_and_so_does_all_that_follows_from_it() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        story.raise = Policy.Automatic;
        story.lower = Policy.Automatic;
        story.policy(Story.upTo(AbiLevel.V3)).decide(SKYLAKES);

        // When
        Decision later = story.after(Duration.ofDays(30)).decide(SKYLAKES);
        Decision another = story.decide(and(SKYLAKES, node("n2", BROADWELL)));
        Decision muchLater = story.after(Duration.ofDays(30)).decide(and(SKYLAKES, node("n2", BROADWELL)));

        // Then
        assertThat(later.moved()).isNull();
        assertThat(later.pending().reason()).isEqualTo(Reason.AwaitingApproval);
        assertThat(later.pending().message()).contains("this came by Policy");
        assertThat(candidate(another).revision()).isNotEqualTo(candidate(later).revision());
        assertThat(muchLater.moved()).isNull();
    }

    @Test
    void paused_stops_everything_at_once() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        story.lower = Policy.Automatic;
        story.decide(WITH_SMALLER);

        // When
        Decision paused = story.after(FIVE_MINUTES).paused(true).decide(WITH_SMALLER);
        Decision goesOn = story.paused(false).decide(WITH_SMALLER);

        // Then
        assertThat(paused.moved()).isNull();
        assertThat(paused.pending().message()).contains("Paused: the pin does not move.");
        assertThat(paused.retryAfter()).isNull();
        assertThat(goesOn.moved()).isEqualTo(Move.AutomaticLower);
    }

    /** A node that has lost these labels. */
    private static NodeCpu without(String name, String... features) {
        CpuEvidence skylake = Fleets.host(SKYLAKE);
        return node(
                name,
                new CpuEvidence(
                        skylake.labelledFeatures().minus(FeatureSet.of(features)),
                        skylake.labelledModels(),
                        skylake.labelledVendors(),
                        skylake.silicon()));
    }

    private static List<String> extras(Story story) {
        return Objects.requireNonNull(story.remembered().pinned()).required().entrySet().stream()
                .filter(feature -> feature.getValue() == Purpose.Performance)
                .map(java.util.Map.Entry::getKey)
                .toList();
    }

    @Test
    void ExtrasOnly_drops_the_extra_whose_label_a_node_has_lost_and_nothing_else() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        Pin pinned = Objects.requireNonNull(story.remembered().pinned());
        String extra = extras(story).get(0);
        List<NodeCpu> lost = List.of(SKYLAKES.get(0), without("n1", extra));
        story.lower = Policy.ExtrasOnly;

        // When
        Decision early = story.decide(lost);
        Decision due = story.after(FIVE_MINUTES).decide(lost);

        // Then
        assertThat(early.pending().reason()).isEqualTo(Reason.Stabilizing);
        assertThat(due.moved()).isEqualTo(Move.ExtrasDropped);
        Pin after = Objects.requireNonNull(due.next().pinned());
        assertThat(after.cpuModel()).isEqualTo(pinned.cpuModel());
        assertThat(after.level()).isEqualTo(pinned.level());
        assertThat(pinned.requiredFeatures().minus(after.requiredFeatures()).names())
                .contains(extra);
        assertThat(pinned.requiredFeatures().minus(after.requiredFeatures()).names())
                .allMatch(extras(pinned)::contains);
    }

    private static Set<String> extras(Pin pin) {
        return pin.required().entrySet().stream()
                .filter(feature -> feature.getValue() == Purpose.Performance)
                .map(java.util.Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Test
    void ExtrasOnly_drops_nothing_for_a_node_that_lacks_more() {
        // Given
        Story story = Story.pinned(SKYLAKES);
        String extra = extras(story).get(0);
        List<NodeCpu> worse = and(SKYLAKES, without("n2", extra, "ssbd", "spec-ctrl"));
        story.lower = Policy.ExtrasOnly;

        // When
        story.decide(worse);
        Decision decision = story.after(Duration.ofDays(1)).decide(worse);

        // Then
        assertThat(decision.moved()).isNull();
        assertThat(decision.pending().reason()).isEqualTo(Reason.AwaitingApproval);
    }

    /** Each clock ahead of the true time, in hours: the operator's and the API server's, when the candidate comes and when it is due. */
    @ParameterizedTest(name = "operator {0} h, then {2} h; API server {1} h, then {3} h")
    @CsvSource({
        "0, 0, 0, 0",
        "5, 0, 0, 0",
        "-5, 0, 0, 0",
        "0, 0, 5, 0",
        "0, 0, -5, 0",
        "0, 5, 0, 0",
        "0, -5, 0, 0",
        "0, 0, 0, 5",
        "0, 0, 0, -5",
        "5, 0, 5, 0",
        "-5, 0, -5, 0",
        "0, 5, 0, 5",
        "0, -5, 0, -5"
    })
    void one_clock_that_runs_wrong_never_shortens_the_wait_and_one_that_is_mended_does_not_hold_it_for_ever(
            int own, int server, int ownLater, int serverLater) {
        // Given
        Story story = Story.pinned(SKYLAKES);
        story.lower = Policy.Automatic;
        story.clockAhead = Duration.ofHours(own);
        story.serverAhead = Duration.ofHours(server);
        story.decide(WITH_SMALLER);

        // When
        story.clockAhead = Duration.ofHours(ownLater);
        story.serverAhead = Duration.ofHours(serverLater);
        Decision early = story.after(FIVE_MINUTES.minusSeconds(1)).decide(WITH_SMALLER);
        story.clockAhead = Duration.ZERO;
        story.serverAhead = Duration.ZERO;
        story.decide(WITH_SMALLER);
        Decision late = story.after(FIVE_MINUTES).decide(WITH_SMALLER);

        // Then
        assertThat(early.moved()).isNull();
        assertThat(late.moved()).isEqualTo(Move.AutomaticLower);
    }
}
