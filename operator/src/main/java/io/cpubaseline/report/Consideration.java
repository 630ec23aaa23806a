package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.change.Carried;
import io.cpubaseline.change.ChangeControl;
import io.cpubaseline.change.Decision;
import io.cpubaseline.change.KubeVirtProgress;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.PlannedNodes;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.change.Situation;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeDemand;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.report.SpecReader.Steering;
import io.cpubaseline.virtualmachine.KubeVirtVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One look at a baseline, from what is known to what is decided: the one step that the operator and the command line share. Nothing is done
 * here, and each plan is made once.
 *
 * @param question what was known
 * @param catalog the known models
 * @param plan what the nodes say, judged by what was pinned before
 * @param cautious the same, limited by unknown nodes that still carry labels
 * @param decision what is to be pinned, and why
 * @param after what the nodes say, judged by what is pinned then: what a status tells
 */
public record Consideration(
        Question question, CpuCatalog catalog, Plan plan, Plan cautious, Decision decision, Plan after) {

    /**
     * All that a look at a baseline takes into account.
     *
     * @param nodes the selected nodes
     * @param policy what the spec asks for
     * @param problems what stands in the way of an answer: with one there is none, and the pin stays
     * @param steering what the spec says about moves of the pin
     * @param specChanged whether the spec was edited since the last decision
     * @param remembered what the status remembers
     * @param carried what virtual machines carry in the baseline's name; looked at before there is a pin
     * @param kubeVirt whether KubeVirt is being upgraded
     * @param times the time, and since when things are as they are
     */
    public record Question(
            List<NodeCpu> nodes,
            Policy policy,
            List<Problem> problems,
            Steering steering,
            boolean specChanged,
            Remembered remembered,
            Carried carried,
            KubeVirtProgress kubeVirt,
            Times times) {

        /** Makes the lists immutable. */
        public Question {
            nodes = List.copyOf(nodes);
            problems = List.copyOf(problems);
        }
    }

    /**
     * The time by two clocks, and what it is measured against; see {@link Situation}.
     *
     * @param now by the operator's clock: only written down
     * @param clusterTime by the API server's clock, or earlier: all waits count by it
     * @param evidenceGrace how long a node that is unknown, or that KubeVirt doesn't use yet, is waited for
     * @param seen what has changed before the operator's eyes
     */
    public record Times(Instant now, Instant clusterTime, Duration evidenceGrace, Seen seen) {

        /** Nothing is waited for. */
        public static Times none() {
            return new Times(Instant.EPOCH, Instant.MAX, Duration.ZERO, Seen.nothing());
        }
    }

    /** What no object tells, and a process that has just started doesn't know: without it the waits are longer. */
    public interface Seen {

        /** Since when the latest of this fleet's unknown nodes has been unknown; null if none is. */
        @Nullable
        Instant unknownSince(Fleet fleet);

        /** When the answer changed to this one; null if there was no other. */
        @Nullable
        Instant answerChanged(Answer answer);

        /** Nothing has ever changed. */
        static Seen nothing() {
            return new Seen() {
                @Override
                public @Nullable Instant unknownSince(Fleet fleet) {
                    return null;
                }

                @Override
                public @Nullable Instant answerChanged(Answer answer) {
                    return null;
                }
            };
        }
    }

    /** Considers. */
    public static Consideration of(Planner planner, ChangeControl control, Question question) {
        Pin before = question.remembered().pinned();
        Plan plan = plan(planner, question, before);
        // Without such nodes it would be the same once more.
        Plan cautious = plan.fleet().carried().isEmpty()
                ? plan
                : answered(question, planner.cautious(plan.fleet(), question.policy()));
        Decision decision = control.decide(
                question.remembered(), situation(question, plan, cautious, planned(planner, question, before)));
        Pin next = decision.next().pinned();
        Plan after = Objects.equals(criteria(before), criteria(next)) ? plan : plan(planner, question, next);
        return new Consideration(question, planner.catalog(), plan, cautious, decision, after);
    }

    /** With nodes that are still to come: they can only bring up a candidate beside a pin. */
    private static @Nullable PlannedNodes planned(Planner planner, Question question, @Nullable Pin pin) {
        List<PlannedNodes.Group> groups = question.steering().planned();
        if (groups.isEmpty() || !question.problems().isEmpty()) {
            return null;
        }
        List<NodeCpu> all = Stream.concat(
                        question.nodes().stream(),
                        groups.stream().map(group -> group.assumed(planner.catalog(), planner.rules())))
                .toList();
        // Another list each time: not worth to be remembered.
        Fleet fleet = planner.assess(all, question.policy(), criteria(pin), newSince(question));
        Plan plan = answered(question, planner.plan(fleet, question.policy()));
        Plan cautious = plan.fleet().carried().isEmpty() ? plan : planner.cautious(plan.fleet(), question.policy());
        return new PlannedNodes(plan, cautious, groups);
    }

    private static Plan plan(Planner planner, Question question, @Nullable Pin pin) {
        Fleet fleet = planner.assessed(question.nodes(), question.policy(), criteria(pin), newSince(question));
        return answered(question, planner.plan(fleet, question.policy()));
    }

    private static Instant newSince(Question question) {
        return question.times().clusterTime().minus(question.times().evidenceGrace());
    }

    private static Criteria.@Nullable Pin criteria(@Nullable Pin pin) {
        return pin == null ? null : pin.criteria();
    }

    /** A spec that can't be followed, or evidence that can't be read, has no answer. */
    private static Plan answered(Question question, Plan plan) {
        return question.problems().stream()
                .findFirst()
                .map(problem ->
                        new Plan(plan.fleet(), new NoBaseline(problem.reason(), problem.message()), plan.explanation()))
                .orElse(plan);
    }

    private static Situation situation(Question question, Plan plan, Plan cautious, @Nullable PlannedNodes planned) {
        Times times = question.times();
        Steering steering = question.steering();
        return new Situation(
                times.now(),
                times.clusterTime(),
                plan,
                cautious,
                planned,
                steering.paused() || !question.problems().isEmpty(),
                steering.approvedRevision(),
                question.policy().vendors() == Policy.Vendors.Mixed,
                question.specChanged(),
                steering.rules(),
                question.kubeVirt(),
                times.evidenceGrace(),
                times.seen().unknownSince(plan.fleet()),
                times.seen().answerChanged(cautious.answer()),
                question.carried(),
                question.remembered().failedVerification());
    }

    /** Whether the pin is another one now, or is confined to another vendor: that has to be persisted before anything else is done. */
    public boolean changesPin() {
        return !Objects.equals(decision.next().pinned(), question.remembered().pinned());
    }

    /** How many cores the nodes have where virtual machines with what is pinned then can land now; 0 without a pin. */
    public long cores() {
        Pin pin = decision.next().pinned();
        return pin == null
                ? 0
                : after.fleet()
                        .targets()
                        .of(pin.criteria(), NodeDemand.none())
                        .capacity()
                        .cores();
    }

    /** The nodes where guests can land now. */
    public Targets targets() {
        return after.fleet().targets();
    }

    /** Whether there is a node where virtual machines with what is pinned then can land now. */
    public boolean lands() {
        Pin pin = decision.next().pinned();
        return pin != null
                && after.fleet().targets().of(pin.criteria(), NodeDemand.none()).nodes() > 0;
    }

    /** How long until time alone may change something; null if it can't. */
    public @Nullable Duration lookAgain() {
        Instant created = plan.fleet().firstWaitedFor();
        Duration waitedFor = created == null
                ? null
                : Duration.between(
                        question.times().clusterTime(),
                        created.plus(question.times().evidenceGrace()));
        Duration retry = decision.retryAfter();
        if (waitedFor == null || retry == null) {
            return waitedFor == null ? retry : waitedFor;
        }
        return waitedFor.compareTo(retry) < 0 ? waitedFor : retry;
    }

    /**
     * What a status is made of, in a cluster.
     *
     * @param generation the spec's generation that was read
     * @param kubeVirt whether KubeVirt's API is there
     * @param kubeVirtVersion the version of KubeVirt that runs; null if not known
     * @param clusterDefault KubeVirt's own default model; null if it is not known
     * @param virtualMachines what becomes of the selected virtual machines; null if there are none to select
     * @param admission whether instances get the baseline when they are created; null where that isn't asked for
     * @param defaultWrite what became of KubeVirt's own default model; null where it isn't to be written
     */
    public Observation observation(
            @Nullable Long generation,
            boolean kubeVirt,
            @Nullable KubeVirtVersion kubeVirtVersion,
            @Nullable ClusterDefault clusterDefault,
            Observation.@Nullable VirtualMachines virtualMachines,
            Observation.@Nullable VirtualMachines prospect,
            Observation.@Nullable Admitted admission,
            Observation.@Nullable DefaultWrite defaultWrite) {
        return new Observation(
                generation,
                question.times().now(),
                question.problems(),
                catalog,
                after,
                decision,
                kubeVirt,
                kubeVirtVersion,
                clusterDefault,
                virtualMachines,
                prospect,
                question.steering().rules().minimumCapacity(),
                admission,
                defaultWrite);
    }

    /**
     * What the nodes say where there is no cluster: where nothing is pinned before, by themselves, unknown ones that carry labels too; else judged
     * by what is pinned then.
     */
    public Plan planWithoutCluster() {
        return question.remembered().pinned() == null ? cautious : after;
    }

    /**
     * The status where there is no cluster, and so no time: what would be adopted, and why.
     *
     * @param clusterDefault KubeVirt's own default model; null if it is not known
     */
    public ClusterCpuBaselineStatus statusWithoutCluster(@Nullable ClusterDefault clusterDefault) {
        return StatusReport.of(withoutCluster(clusterDefault), null);
    }

    /** The same with all that explains it, however much that is. */
    public ClusterCpuBaselineStatus wholeStatusWithoutCluster(@Nullable ClusterDefault clusterDefault) {
        return StatusReport.whole(withoutCluster(clusterDefault));
    }

    private Observation withoutCluster(@Nullable ClusterDefault clusterDefault) {
        return new Observation(
                null,
                null,
                question.problems(),
                catalog,
                planWithoutCluster(),
                decision,
                null,
                null,
                clusterDefault,
                null,
                null,
                question.steering().rules().minimumCapacity(),
                null,
                null);
    }
}
