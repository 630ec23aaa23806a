package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.VerificationReport;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.change.Decision;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Story;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.KubeVirtVersion;
import io.cpubaseline.virtualmachine.Progress;
import io.cpubaseline.virtualmachine.Tally;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reports on a story as the operator would, each status on top of the one before. */
final class Reporting {

    final Story story;
    private long generation = 7;
    private List<Problem> problems = List.of();
    private @Nullable Boolean kubeVirt = true;
    private @Nullable KubeVirtVersion kubeVirtVersion;
    private @Nullable ClusterDefault clusterDefault;
    private @Nullable Tally leaving;
    private Observation.@Nullable VirtualMachines virtualMachines;
    private Observation.@Nullable VirtualMachines prospect;
    private Observation.@Nullable Admitted admission;
    private Observation.@Nullable DefaultWrite defaultWrite;
    private SchedulingRules rules = SchedulingRules.byDefault();
    private @Nullable ClusterCpuBaselineStatus before;

    Reporting() {
        this(new Story());
    }

    Reporting(Story story) {
        this.story = story;
    }

    Reporting problem(Reason reason, String message) {
        problems = List.of(new Problem(reason, message));
        return this;
    }

    Reporting problems(List<Problem> all) {
        problems = all;
        return this;
    }

    Reporting withoutKubeVirt() {
        kubeVirt = false;
        return this;
    }

    Reporting kubeVirt(String version) {
        kubeVirtVersion = KubeVirtVersion.of(version).orElse(null);
        return this;
    }

    Reporting rules(SchedulingRules wanted) {
        rules = wanted;
        return this;
    }

    Reporting clusterDefault(String model, String... obsolete) {
        clusterDefault = ClusterDefault.ofKubeVirt("kubevirt", "kubevirt", "", model, Set.of(obsolete));
        return this;
    }

    Reporting clusterDefaultOfHyperConverged(String model) {
        clusterDefault = ClusterDefault.ofKubeVirt("virt", "kubevirt", "hco", model, Set.of());
        return this;
    }

    /** The spec has been edited. */
    Reporting edited() {
        generation++;
        return this;
    }

    /** Of what is given back. */
    Reporting leaving(Tally tally) {
        leaving = tally;
        return this;
    }

    Reporting virtualMachines(Mode mode, Tally tally) {
        return virtualMachines(mode, tally, null);
    }

    Reporting virtualMachines(Mode mode, Tally tally, @Nullable String forbidden) {
        virtualMachines = new Observation.VirtualMachines(mode, tally, leaving, forbidden, rules);
        return this;
    }

    Reporting virtualMachines(Observation.VirtualMachines found) {
        virtualMachines = found;
        return this;
    }

    /** What would become of them with the first candidate. */
    Reporting prospect(Mode mode, Tally tally) {
        prospect = new Observation.VirtualMachines(mode, tally, null, null, rules);
        return this;
    }

    /** KubeVirt's default is to be written, and this is why it isn't; null if it is. */
    Reporting writesDefault(@Nullable Problem obstacle) {
        defaultWrite = new Observation.DefaultWrite(obstacle, obstacle == null ? "It costs something." : "");
        return this;
    }

    /** Whether instances get the baseline when they are created. */
    Reporting admission(boolean bound, Reason reason) {
        admission = new Observation.Admitted(bound, reason, "As it is.");
        return this;
    }

    /** The same while a roll-out goes on. */
    Reporting rollsOut(Tally tally, Progress progress) {
        virtualMachines = new Observation.VirtualMachines(Mode.PATCH, tally, progress, leaving, null, rules);
        return this;
    }

    Reporting unreadableVirtualMachines(Mode mode, Problem why) {
        virtualMachines = Observation.VirtualMachines.unreadable(mode, why);
        return this;
    }

    /**
     * Somebody records a verification.
     *
     * @param revision of what; empty: of what is pinned
     */
    Reporting verified(boolean verified, String revision) {
        ClusterCpuBaselineStatus now = Objects.requireNonNull(before);
        before = new ClusterCpuBaselineStatus(
                now.observedGeneration(),
                now.conditions(),
                now.pinned(),
                now.candidate(),
                now.commonFeatures(),
                now.nodes(),
                now.capacity(),
                now.cpuClasses(),
                now.limits(),
                now.vendorBaselines(),
                now.migrationDomains(),
                now.revisionsInUse(),
                now.virtualMachines(),
                now.firstStarts(),
                now.history(),
                new VerificationReport(
                        revision.isEmpty()
                                ? Objects.requireNonNull(now.pinned()).revision()
                                : revision,
                        verified,
                        "2026-01-02T03:04:05Z",
                        1,
                        9,
                        6,
                        verified ? null : "vm-1: its instance is gone"));
        return this;
    }

    /** Decides and reports: the nodes are judged by what is pinned then. */
    ClusterCpuBaselineStatus report(List<NodeCpu> nodes) {
        return report(nodes, story.decide(nodes));
    }

    private ClusterCpuBaselineStatus report(List<NodeCpu> nodes, Decision decided) {
        Pin pinned = decided.next().pinned();
        Fleet fleet = Story.PLANNER.assess(nodes, story.policy(), pinned == null ? null : pinned.criteria());
        Plan plan = Story.PLANNER.plan(fleet, story.policy());
        Decision decision = decided;
        if (!problems.isEmpty()) {
            NoBaseline none =
                    new NoBaseline(problems.get(0).reason(), problems.get(0).message());
            plan = new Plan(fleet, none, plan.explanation());
            decision = new Decision(
                    decided.next(),
                    decided.moved(),
                    pinned == null ? new Decision.Verdict(none.reason(), none.message()) : null,
                    decided.pending(),
                    decided.approval(),
                    decided.retryAfter());
        }
        ClusterCpuBaselineStatus status = StatusReport.of(
                ObservationBuilder.observation(plan, decision)
                        .generation(generation)
                        .at(story.now())
                        .problems(problems)
                        .kubeVirt(kubeVirt, kubeVirtVersion)
                        .clusterDefault(clusterDefault)
                        .virtualMachines(virtualMachines)
                        .prospect(decision.next().pinned() == null ? prospect : null)
                        .minimumCapacity(story.minimumCapacity)
                        .admission(admission)
                        .defaultWrite(defaultWrite)
                        .build(),
                before);
        before = status;
        return status;
    }

    static Optional<Condition> condition(ClusterCpuBaselineStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }
}
