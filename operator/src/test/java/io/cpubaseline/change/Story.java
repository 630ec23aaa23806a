package io.cpubaseline.change;

import io.cpubaseline.Fleets;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Policy.Vendors;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.GuestNeeds;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Truth;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A baseline that lives through changes of its nodes and its spec, one decision after the other, remembering what a status would. */
public final class Story {

    public static final Planner PLANNER = new Planner(CatalogLoader.selection());

    /** Where every story begins. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Nodes of old clusters are from before. */
    private static final Instant LONG_AGO = START.minus(Duration.ofDays(365));

    public static final Policy SINGLE = Policy.open().withVendors(Vendors.Single);

    private final ChangeControl control = new ChangeControl(PLANNER.catalog(), PLANNER.rules(), GuestNeeds.known());

    Policy policy = SINGLE;
    Remembered remembered = Remembered.nothing();
    Instant now = START;
    /** How far the operator's clock is ahead of the true time. */
    Duration clockAhead = Duration.ZERO;

    /** How far the API server's clock is ahead of the true time. */
    Duration serverAhead = Duration.ZERO;

    boolean paused;
    boolean specChanged;

    @Nullable
    String approvedRevision;

    List<PlannedNodes.Group> planned = List.of();
    MoveRules.Policy raise = MoveRules.Policy.Manual;
    Duration raiseStabilization = Duration.ofHours(24);
    MoveRules.Policy lower = MoveRules.Policy.Manual;
    KubeVirtProgress kubeVirt = KubeVirtProgress.settled();

    @Nullable
    FailedVerification failedVerification;

    /** In percent. */
    public int minimumCapacity;

    Duration stabilization = Duration.ofMinutes(5);
    Duration evidenceGrace = Duration.ofMinutes(10);

    @Nullable
    Instant unknownSince;

    @Nullable
    Instant answerChanged;

    Carried carried = Carried.nothing("rack");

    /** The last plans, and what they answer: planning takes most of a story's time. */
    private @Nullable Question asked;

    private @Nullable Plan plan;
    private @Nullable Plan cautious;

    private record Question(List<NodeCpu> nodes, Policy policy, Criteria.@Nullable Pin pin) {}

    /** A story that has come so far that these nodes' baseline is pinned. */
    public static Story pinned(List<NodeCpu> nodes) {
        Story story = new Story();
        story.decide(nodes);
        if (story.remembered.pinned() == null) {
            throw new IllegalStateException("nothing is pinned for these nodes");
        }
        return story;
    }

    public Decision decide(List<NodeCpu> nodes) {
        Decision decision = control.decide(remembered, situation(nodes));
        remembered = decision.next();
        specChanged = false;
        return decision;
    }

    /** What would be decided with another memory. */
    Decision wouldDecide(Remembered other, Situation situation) {
        return control.decide(other, situation);
    }

    Situation situation(List<NodeCpu> nodes) {
        Pin pinned = remembered.pinned();
        Question question = new Question(nodes, policy, pinned == null ? null : pinned.criteria());
        if (!question.equals(asked)) {
            asked = question;
            Fleet fleet = PLANNER.assess(nodes, policy, question.pin());
            plan = PLANNER.plan(fleet, policy);
            cautious = fleet.carried().isEmpty() ? plan : PLANNER.cautious(fleet, policy);
        }
        return new Situation(
                /* now= */ now.plus(clockAhead),
                /* clusterTime= */ now.plus(serverAhead),
                Objects.requireNonNull(plan),
                Objects.requireNonNull(cautious),
                planned.isEmpty() ? null : planned(nodes, pinned),
                paused,
                approvedRevision,
                policy.vendors() == Vendors.Mixed,
                specChanged,
                rules(),
                kubeVirt,
                evidenceGrace,
                unknownSince,
                answerChanged,
                pinned == null ? carried : Carried.nothing("rack"),
                failedVerification);
    }

    private PlannedNodes planned(List<NodeCpu> nodes, @Nullable Pin pinned) {
        List<NodeCpu> all = Stream.concat(
                        nodes.stream(),
                        planned.stream().map(group -> group.assumed(PLANNER.catalog(), PLANNER.rules())))
                .toList();
        Fleet fleet = PLANNER.assess(all, policy, pinned == null ? null : pinned.criteria());
        return new PlannedNodes(PLANNER.plan(fleet, policy), PLANNER.cautious(fleet, policy), planned);
    }

    /** Nodes that are still to come. */
    static PlannedNodes.Group plannedNodes(String name, String model, int count) {
        return new PlannedNodes.Group(name, PLANNER.catalog().model(model).orElseThrow(), count);
    }

    private MoveRules rules() {
        return new MoveRules(
                new MoveRules.Way(raise, raiseStabilization), new MoveRules.Way(lower, stabilization), minimumCapacity);
    }

    public Story after(Duration time) {
        now = now.plus(time);
        return this;
    }

    /** The user writes this revision into the spec; null takes it away. */
    public Story approve(@Nullable String revision) {
        approvedRevision = revision;
        specChanged = true;
        return this;
    }

    public Story paused(boolean value) {
        paused = value;
        specChanged = true;
        return this;
    }

    public Story policy(Policy value) {
        policy = value;
        specChanged = true;
        return this;
    }

    /** The object is created anew, or restored without its status, where virtual machines carry this. */
    public Story statusLost(Carried byMachines) {
        remembered = Remembered.nothing();
        carried = byMachines;
        specChanged = false;
        return this;
    }

    public Instant now() {
        return now;
    }

    public Policy policy() {
        return policy;
    }

    /** What a status would remember. */
    public Remembered remembered() {
        return remembered;
    }

    /** Some nodes have been unknown since now. */
    public Story unknownSinceNow() {
        unknownSince = now;
        return this;
    }

    public String pinnedRevision() {
        Pin pinned = remembered.pinned();
        return pinned == null ? "" : pinned.revision();
    }

    public String candidateRevision() {
        Candidate candidate = remembered.candidate();
        return candidate == null ? "" : candidate.revision();
    }

    List<String> history() {
        return remembered.history().stream().map(Pin::revision).toList();
    }

    /** What these hosts would get if nothing was pinned. */
    public static String answer(Policy policy, List<NodeCpu> nodes) {
        return PLANNER.plan(PLANNER.assess(nodes, policy, null), policy)
                .answer()
                .baseline()
                .orElseThrow()
                .revision();
    }

    public static String answer(List<NodeCpu> nodes) {
        return answer(SINGLE, nodes);
    }

    /** Nodes of an old cluster, one per host, named n0, n1 and so on. */
    public static List<NodeCpu> nodes(String... hosts) {
        return IntStream.range(0, hosts.length)
                .mapToObj(i -> node("n" + i, hosts[i]))
                .toList();
    }

    /** A healthy node of an old cluster. */
    public static NodeCpu node(String name, String host) {
        return created(node(name, Fleets.host(host)), LONG_AGO);
    }

    public static NodeCpu node(String name, CpuEvidence evidence) {
        return created(NodeCpu.healthy(name, evidence), LONG_AGO);
    }

    public static NodeCpu created(NodeCpu node, Instant created) {
        return new NodeCpu(
                node.name(),
                node.amd64(),
                node.linux(),
                node.evidence(),
                node.lastKnown(),
                node.ready(),
                node.schedulable(),
                node.frozen(),
                node.labelsOlderThanBoot(),
                node.kvm(),
                created,
                node.host(),
                node.leftovers(),
                node.labels());
    }

    /** The node has lost its kubelet, and keeps its labels. */
    public static NodeCpu notReady(NodeCpu node) {
        return with(node, Truth.NO, node.schedulable(), node.frozen(), node.labelsOlderThanBoot(), node.kvm());
    }

    public static NodeCpu notSchedulable(NodeCpu node) {
        return with(node, node.ready(), Truth.NO, node.frozen(), node.labelsOlderThanBoot(), node.kvm());
    }

    public static NodeCpu frozen(NodeCpu node) {
        return with(node, node.ready(), node.schedulable(), true, node.labelsOlderThanBoot(), node.kvm());
    }

    public static NodeCpu rebooted(NodeCpu node) {
        return with(node, node.ready(), node.schedulable(), node.frozen(), true, node.kvm());
    }

    public static NodeCpu withoutKvm(NodeCpu node) {
        return with(node, node.ready(), node.schedulable(), node.frozen(), node.labelsOlderThanBoot(), Truth.NO);
    }

    /** Somebody removed KubeVirt's labels, and nobody remembers them. */
    public static NodeCpu unlabelled(NodeCpu node) {
        return node.withEvidence(CpuEvidence.nothing());
    }

    /** Somebody removed KubeVirt's labels from a node that was seen with them. */
    public static NodeCpu unlabelledSince(NodeCpu node) {
        return unlabelled(node).remembering(node.evidence());
    }

    private static NodeCpu with(
            NodeCpu node, Truth ready, Truth schedulable, boolean frozen, boolean labelsOlderThanBoot, Truth kvm) {
        return new NodeCpu(
                node.name(),
                node.amd64(),
                node.linux(),
                node.evidence(),
                node.lastKnown(),
                ready,
                schedulable,
                frozen,
                labelsOlderThanBoot,
                kvm,
                node.created(),
                node.host(),
                node.leftovers(),
                node.labels());
    }

    public static List<NodeCpu> and(List<NodeCpu> nodes, NodeCpu... more) {
        return Stream.concat(nodes.stream(), Arrays.stream(more)).toList();
    }

    /** A policy that allows levels up to this. */
    public static Policy upTo(AbiLevel maximum) {
        return new Policy(
                Vendors.Single,
                AbiLevel.NONE,
                maximum,
                null,
                Set.of(),
                Policy.Profile.Performance,
                FeatureSet.empty(),
                FeatureSet.empty());
    }

    public static Policy excluding(String... features) {
        return new Policy(
                Vendors.Single,
                AbiLevel.NONE,
                AbiLevel.V4,
                null,
                Set.of(),
                Policy.Profile.Performance,
                FeatureSet.empty(),
                FeatureSet.of(features));
    }
}
