package io.cpubaseline.operator.controller;

import io.cpubaseline.Selector;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.change.Carried;
import io.cpubaseline.change.Decision;
import io.cpubaseline.change.KubeVirtProgress;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.operator.admission.Admissions;
import io.cpubaseline.operator.cluster.NodeEvidence;
import io.cpubaseline.operator.cluster.NodeInterest;
import io.cpubaseline.operator.clusterdefault.Defaults;
import io.cpubaseline.operator.machines.Machines;
import io.cpubaseline.operator.machines.VirtualMachines;
import io.cpubaseline.operator.telling.Journal;
import io.cpubaseline.operator.telling.StatusWriter.Known;
import io.cpubaseline.operator.telling.StatusWriter.Outcome;
import io.cpubaseline.operator.telling.Statuses;
import io.cpubaseline.report.ClusterDefault;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.Problem;
import io.cpubaseline.report.SpecReader.DefaultMode;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Admission;
import io.cpubaseline.virtualmachine.FirstStarts;
import io.cpubaseline.virtualmachine.KubeVirtVersion;
import io.cpubaseline.virtualmachine.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All that a pass works with, for one baseline: it writes down what it is asked, and answers as a test says. */
final class FakeWorld implements NodeEvidence, Machines, Admissions, Defaults, Statuses, Journal {

    /** What was done, in its order. */
    final List<String> done = new ArrayList<>();

    List<NodeCpu> nodes;
    boolean settled = true;

    /** Whether instances may get the pin before their virtual machines are written. */
    boolean firstStarts;

    boolean finalizerIsRight = true;

    @Nullable
    Problem problem;

    @Nullable
    Instant unknownSince;

    @Nullable
    Duration alignAgain;

    /** What virtual machines fail with. */
    @Nullable
    RuntimeException failure;

    /** The status that the API server has. */
    @Nullable
    ClusterCpuBaselineStatus status;

    /** How many statuses differed from the one before. */
    int written;

    /** What the baseline has said that it looks at, in its order. */
    final List<NodeInterest> interests = new ArrayList<>();

    /** By which labels its virtual machines select nodes, as it has said. */
    final List<Set<String>> selectingBy = new ArrayList<>();

    private @Nullable Outcome nextOutcome;
    private @Nullable IOException nextFailure;
    private Observation.@Nullable VirtualMachines found;

    FakeWorld(List<NodeCpu> nodes) {
        this.nodes = nodes;
    }

    /** The next write is not made: it has this outcome. */
    void answer(Outcome outcome) {
        nextOutcome = outcome;
    }

    /** The next write fails. */
    void fail(IOException e) {
        nextFailure = e;
    }

    /** What becomes of virtual machines; foreseen is that none of it has happened. */
    void machines(Observation.Mode mode, Tally tally) {
        found = new Observation.VirtualMachines(mode, tally, null, null, SchedulingRules.byDefault());
    }

    /** The roll-out lets every virtual machine have the pin, but for this one. */
    void firstStartsExcept(String name) {
        found = Objects.requireNonNull(found).giving(new FirstStarts(true, List.of(name)));
    }

    private static String revision(@Nullable Pin pin) {
        return pin == null ? "nothing" : pin.revision();
    }

    @Override
    public void looksAt(String baseline, NodeInterest interest) {
        interests.add(interest);
    }

    @Override
    public void selectingBy(String baseline, Set<String> labels) {
        selectingBy.add(labels);
    }

    @Override
    public boolean settled() {
        return settled;
    }

    @Override
    public Optional<Problem> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public List<NodeCpu> nodes() {
        return nodes;
    }

    @Override
    public List<NodeCpu> selected(Selector selector) {
        return nodes.stream().filter(node -> selector.matches(node.labels())).toList();
    }

    @Override
    public Set<String> vendorsLabelling(String model) {
        return nodes.stream()
                .map(NodeCpu::evidence)
                .filter(evidence -> evidence.labelledModels().contains(model))
                .map(CpuEvidence::vendor)
                .collect(Collectors.toSet());
    }

    @Override
    public Set<String> labelledModels() {
        return Set.of();
    }

    @Override
    public FeatureSet labelledFeatures() {
        return FeatureSet.empty();
    }

    @Override
    public @Nullable Instant unknownSince(Fleet fleet, Instant now) {
        return unknownSince;
    }

    @Override
    public boolean settled(String baseline, @Nullable VirtualMachineIntent intent) {
        return settled;
    }

    @Override
    public boolean settled(@Nullable VirtualMachineIntent intent) {
        return settled;
    }

    @Override
    public boolean possible() {
        return true;
    }

    @Override
    public Admissions.Result bind(ClusterCpuBaseline baseline, @Nullable VirtualMachineIntent intent, boolean paused) {
        return new Admissions.Result(null, null, firstStarts, null);
    }

    @Override
    public boolean prepared(ClusterCpuBaseline baseline, DefaultMode mode) {
        return true;
    }

    @Override
    public Defaults.Result write(ClusterCpuBaseline baseline, DefaultMode mode, @Nullable Pin pin, boolean paused) {
        return Defaults.Result.NONE;
    }

    @Override
    public Carried carried(String baseline, @Nullable VirtualMachineIntent intent) {
        return Carried.nothing(baseline);
    }

    @Override
    public void reach(String baseline, long cores, Targets targets) {}

    @Override
    public Observation.@Nullable VirtualMachines foresee(
            String baseline,
            @Nullable VirtualMachineIntent intent,
            Remembered remembered,
            boolean paused,
            @Nullable Admission admission) {
        done.add("foresee " + revision(remembered.pinned()));
        return found == null
                ? null
                : new Observation.VirtualMachines(found.mode(), new Tally(), null, null, SchedulingRules.byDefault());
    }

    @Override
    public VirtualMachines.Result align(
            String baseline,
            @Nullable VirtualMachineIntent intent,
            Remembered remembered,
            boolean paused,
            @Nullable Admission admission,
            boolean starts) {
        done.add("align " + revision(remembered.pinned()));
        if (failure != null) {
            throw failure;
        }
        return new VirtualMachines.Result(found == null || starts ? found : found.giving(FirstStarts.NONE), alignAgain);
    }

    @Override
    public boolean hasKubeVirt() {
        return true;
    }

    @Override
    public Optional<KubeVirtVersion> kubeVirtVersion() {
        return Optional.empty();
    }

    @Override
    public KubeVirtProgress kubeVirtProgress() {
        return KubeVirtProgress.settled();
    }

    @Override
    public Optional<ClusterDefault> clusterDefault() {
        return Optional.empty();
    }

    @Override
    public Known latest(ClusterCpuBaseline current) {
        return new Known("1", status);
    }

    @Override
    public Outcome write(ClusterCpuBaseline current, ClusterCpuBaselineStatus wanted) throws IOException {
        done.add("write "
                + (wanted.pinned() == null ? "nothing" : wanted.pinned().revision()));
        IOException e = nextFailure;
        Outcome outcome = nextOutcome;
        nextFailure = null;
        nextOutcome = null;
        if (e != null) {
            throw e;
        }
        if (outcome != null) {
            return outcome;
        }
        if (Objects.equals(status, wanted)) {
            return new Outcome.Unchanged();
        }
        status = wanted;
        written++;
        return new Outcome.Written();
    }

    @Override
    public void unreadable(ClusterCpuBaseline baseline, String why) {
        done.add("unreadable");
    }

    @Override
    public void considered(Duration took) {
        // measured elsewhere
    }

    @Override
    public void pinMoved(
            ClusterCpuBaseline baseline, Decision decision, Remembered remembered, ClusterCpuBaselineStatus persisted) {
        done.add("tell %s %s"
                .formatted(decision.moved(), revision(decision.next().pinned())));
    }

    @Override
    public void statusWritten(
            ClusterCpuBaseline baseline, @Nullable ClusterCpuBaselineStatus before, ClusterCpuBaselineStatus after) {
        done.add("tell status");
    }

    @Override
    public void observed(ClusterCpuBaseline baseline, Observation observation, ClusterCpuBaselineStatus reported) {
        done.add("observed");
    }
}
