package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.CapacityReport;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.CpuClassReport;
import io.cpubaseline.api.v1alpha1.EarlierBaseline;
import io.cpubaseline.api.v1alpha1.FirstStartsReport;
import io.cpubaseline.api.v1alpha1.LimitReport;
import io.cpubaseline.api.v1alpha1.MigrationDomainReport;
import io.cpubaseline.api.v1alpha1.NodeCounts;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.api.v1alpha1.RevisionInUse;
import io.cpubaseline.api.v1alpha1.ShapeReport;
import io.cpubaseline.api.v1alpha1.VendorBaseline;
import io.cpubaseline.api.v1alpha1.VerificationReport;
import io.cpubaseline.api.v1alpha1.VirtualMachineCounts;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation;
import io.cpubaseline.baseline.Explanation.VendorAnswer;
import io.cpubaseline.change.FailedVerification;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeDemand;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.virtualmachine.Tally;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Maps what was found and decided to the status of a ClusterCpuBaseline. Lists are bounded, and the explanations take only the room that the
 * rest leaves, so that a status has at most 16 kB on any cluster, and 32 kB on the command line.
 */
public final class StatusReport {

    private static final int EXAMPLES = 5;
    private static final int SHAPES = 16;

    private StatusReport() {}

    /**
     * The status for an observation.
     *
     * @param observation what was found and decided
     * @param before the status so far, whose transition times go on where nothing changed; null if there is none
     */
    public static ClusterCpuBaselineStatus of(Observation observation, @Nullable ClusterCpuBaselineStatus before) {
        return of(observation, before, Extent.STATUS);
    }

    /** The same with all that explains it, for one who reads it once: more than a status may hold. */
    static ClusterCpuBaselineStatus whole(Observation observation) {
        return of(observation, null, Extent.WHOLE);
    }

    private static ClusterCpuBaselineStatus of(
            Observation observation, @Nullable ClusterCpuBaselineStatus before, Extent extent) {
        Remembered remembered = observation.decision().next();
        Explanation explanation = observation.plan().explanation();
        Fleet fleet = observation.plan().fleet();
        Pin pin = remembered.pinned();
        Targets.Count targets =
                pin == null ? Targets.Count.none() : fleet.targets().of(pin.criteria(), NodeDemand.none());
        int schedulable = targets.nodes();
        Shapes shapes = Shapes.of(observation);
        Circumstances now = new Circumstances(observation, targets, shapes, before);
        Observation.VirtualMachines virtualMachines = observation.virtualMachines();
        Tally tally = readable(virtualMachines);
        PinnedBaseline pinned = pin == null ? null : Pins.pinned(observation.now() == null ? pin.undated() : pin);
        ClusterCpuBaselineStatus decided = new ClusterCpuBaselineStatus(
                observation.generation(),
                Conditions.of(now),
                pinned,
                remembered.candidate() == null
                        ? null
                        : Pins.candidate(Objects.requireNonNull(remembered.candidate()), observation),
                List.of(),
                null,
                capacity(
                        fleet.targets().selected(),
                        targets.capacity(),
                        readable(virtualMachines == null ? observation.prospect() : virtualMachines)),
                List.of(),
                List.of(),
                List.of(),
                domains(explanation.domains()),
                List.of(),
                null,
                firstStarts(observation),
                List.of(),
                before == null ? null : before.verification());
        StatusBudget budget = extent.isWhole()
                ? StatusBudget.endless()
                : StatusBudget.besides(decided, /* watched= */ observation.now() != null);
        List<ReasonCount> ofNodes = reasons(fleet);
        List<ReasonCount> ofMachines = tally == null ? List.of() : reasons(tally, shapes);
        Stream.concat(ofNodes.stream(), ofMachines.stream())
                .forEach(reason -> budget.mustTake(StatusBudget.of(withoutExamples(reason))));
        // What people need first takes first: the ways back, and what stands in the way of more.
        List<EarlierBaseline> history = budget.first(
                remembered.history().stream().map(earlier -> EarlierBaseline.of(Pins.pinned(earlier), pinned)),
                StatusBudget::of);
        List<CpuClassReport> classes = new ArrayList<>(
                budget.half().first(ClassReports.of(observation, extent), StatusBudget::of, ClassReports::brief));
        List<LimitReport> limits = budget.half()
                .first(
                        Limits.of(observation.plan(), extent).limit(extent.limits()),
                        StatusBudget::of,
                        StatusReport::brief);
        List<VendorBaseline> vendors = budget.first(
                explanation.vendorBaselines().stream().limit(extent.vendors()).map(StatusReport::vendorBaseline),
                StatusBudget::of);
        List<ReasonCount> nodeReasons = fitting(ofNodes, budget.half());
        List<ReasonCount> machineReasons = fitting(ofMachines, budget.half());
        List<RevisionInUse> inUse = tally == null
                ? List.of()
                : budget.first(RevisionsInUse.of(observation).reports().stream(), StatusBudget::of);
        List<String> common = budget.whole(
                explanation.common().stream().limit(extent.common()).toList(), StatusBudget::of);
        List<ShapeReport> firstShapes =
                tally == null ? List.of() : budget.half().first(shapes.reports().limit(SHAPES), StatusBudget::of);
        classes.addAll(budget.first(ClassReports.of(observation, extent).skip(classes.size()), StatusBudget::of));
        return new ClusterCpuBaselineStatus(
                decided.observedGeneration(),
                decided.conditions(),
                decided.pinned(),
                decided.candidate(),
                common,
                nodeCounts(fleet, schedulable, nodeReasons),
                decided.capacity(),
                classes,
                limits,
                vendors,
                decided.migrationDomains(),
                inUse,
                tally == null ? null : counts(tally, machineReasons, firstShapes),
                decided.firstStarts(),
                history,
                decided.verification());
    }

    private static @Nullable FirstStartsReport firstStarts(Observation observation) {
        Pin pin = observation.decision().next().pinned();
        Observation.VirtualMachines virtualMachines = observation.virtualMachines();
        return pin == null
                        || virtualMachines == null
                        || !virtualMachines.firstStarts().open()
                ? null
                : new FirstStartsReport(
                        pin.revision(), virtualMachines.firstStarts().except());
    }

    /** What a status remembers: the way back from {@link #of}. What can't be read is left out. */
    public static Remembered remembered(@Nullable ClusterCpuBaselineStatus status) {
        if (status == null) {
            return Remembered.nothing();
        }
        CandidateBaseline candidate = status.candidate();
        return new Remembered(
                Pins.pin(status.pinned()),
                candidate == null ? null : Pins.candidate(candidate),
                status.history().stream()
                        .flatMap(entry -> Stream.ofNullable(Pins.pin(entry.whole(status.pinned()))))
                        .toList(),
                failed(status.verification()));
    }

    private static @Nullable FailedVerification failed(@Nullable VerificationReport report) {
        return report == null || report.verified() ? null : new FailedVerification(report.revision(), report.time());
    }

    /** A time as the API writes it: RFC 3339 in whole seconds. */
    static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static NodeCounts nodeCounts(Fleet fleet, int schedulable, List<ReasonCount> reasons) {
        return new NodeCounts(
                fleet.selected(),
                fleet.count(State.CONTRIBUTING),
                schedulable,
                fleet.count(State.UNKNOWN),
                fleet.count(State.UNFIT),
                fleet.withoutKubeVirt().size(),
                reasons);
    }

    /** Why nodes are unknown or unfit. */
    private static List<ReasonCount> reasons(Fleet fleet) {
        return Stream.of(State.UNKNOWN, State.UNFIT)
                .flatMap(state -> fleet.byReason(state).entrySet().stream())
                .map(entry -> new ReasonCount(
                        entry.getKey().name(), entry.getValue().size(), NodeNames.first(entry.getValue(), EXAMPLES)))
                .toList();
    }

    private static @Nullable Tally readable(Observation.@Nullable VirtualMachines virtualMachines) {
        return virtualMachines == null || virtualMachines.unreadable() != null ? null : virtualMachines.tally();
    }

    private static @Nullable CapacityReport capacity(
            NodeCapacity selected, NodeCapacity schedulable, @Nullable Tally tally) {
        return selected.equals(NodeCapacity.none())
                ? null
                : new CapacityReport(
                        selected.cores(),
                        schedulable.cores(),
                        selected.memoryQuantity(),
                        schedulable.memoryQuantity(),
                        tally == null ? null : tally.asked().cores(),
                        tally == null ? null : tally.asked().memoryQuantity(),
                        tally == null ? null : tally.unsized());
    }

    /** Every reason with its count, and with examples as far as there is room for these. */
    private static List<ReasonCount> fitting(List<ReasonCount> reasons, StatusBudget budget) {
        return reasons.stream()
                .map(reason -> budget.takes(StatusBudget.ofExamples(reason)) ? reason : withoutExamples(reason))
                .toList();
    }

    /** The same without names of nodes, which may be long, and so without the sentence that has them, too. */
    private static LimitReport brief(LimitReport limit) {
        return new LimitReport(
                limit.abiLevel(), limit.cpuModel(), limit.nodes(), List.of(), limit.missingFeatures(), null);
    }

    private static ReasonCount withoutExamples(ReasonCount reason) {
        return new ReasonCount(reason.reason(), reason.count(), List.of());
    }

    private static VendorBaseline vendorBaseline(VendorAnswer vendor) {
        Baseline baseline = vendor.answer().baseline().orElse(null);
        if (baseline == null) {
            return new VendorBaseline(vendor.vendor(), vendor.nodes(), null, null, null, List.of());
        }
        return new VendorBaseline(
                vendor.vendor(),
                vendor.nodes(),
                baseline.revision(),
                baseline.model().name(),
                baseline.level().label(),
                Pins.required(baseline.required()));
    }

    private static List<MigrationDomainReport> domains(Map<String, Integer> domains) {
        return domains.entrySet().stream()
                .limit(Extent.STATUS.vendors())
                .map(entry -> new MigrationDomainReport(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Why virtual machines are conflicting, refused or skipped, and what else there is to count about them. */
    private static List<ReasonCount> reasons(Tally tally, Shapes shapes) {
        return Stream.concat(
                        tally.reasons().entrySet().stream()
                                .map(entry -> new ReasonCount(
                                        entry.getKey().name(),
                                        entry.getValue(),
                                        NodeNames.first(tally.examples(entry.getKey()).stream(), EXAMPLES))),
                        Stream.of(new ReasonCount(
                                        Reason.SingleNodeShape.name(),
                                        shapes.stuck(),
                                        NodeNames.first(shapes.stuckNames(), EXAMPLES)))
                                .filter(stuck -> stuck.count() > 0))
                .sorted(Comparator.comparing(reason -> Reason.valueOf(reason.reason())))
                .toList();
    }

    private static VirtualMachineCounts counts(Tally tally, List<ReasonCount> reasons, List<ShapeReport> shapes) {
        return new VirtualMachineCounts(
                tally.selected(),
                tally.in(Tally.State.APPLIED),
                tally.in(Tally.State.PENDING),
                tally.in(Tally.State.CONFLICTING),
                tally.in(Tally.State.REFUSED),
                tally.in(Tally.State.SKIPPED),
                tally.pendingRestart(),
                reasons,
                shapes);
    }
}
