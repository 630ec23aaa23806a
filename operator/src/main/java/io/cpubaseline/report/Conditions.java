package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.change.Pin;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a ClusterCpuBaseline, in kstatus' sense: Ready is positive; Reconciling and Stalled exclude each other and are absent
 * while they have nothing to say.
 */
final class Conditions {

    /** Reasons that only a user can do something about. */
    private static final Set<Reason> STALLING =
            Set.of(Reason.NoCommonModel, Reason.BelowMinimum, Reason.VendorsMixed, Reason.UnknownModel);

    private final Observation observation;
    private final int schedulable;
    private final List<Condition> before;
    private final List<Condition> conditions = new ArrayList<>();

    private Conditions(Observation observation, int schedulable, List<Condition> before) {
        this.observation = observation;
        this.schedulable = schedulable;
        this.before = before;
    }

    static List<Condition> of(Observation observation, int schedulable, List<Condition> before) {
        Conditions conditions = new Conditions(observation, schedulable, before);
        conditions.ready();
        conditions.progress();
        conditions.candidatePending();
        conditions.approvalAccepted();
        conditions.evidenceComplete();
        conditions.pinnedSchedulable();
        conditions.migrationPossible();
        conditions.virtualMachinesAligned();
        return List.copyOf(conditions.conditions);
    }

    private void ready() {
        Pin pin = pin();
        Optional<Problem> selector = problem(Reason.InvalidSelector);
        if (selector.isPresent()) {
            add("Ready", "False", Reason.InvalidSelector, selector.get().message());
        } else if (pin == null) {
            Verdict waiting = Objects.requireNonNull(observation.decision().waiting());
            add("Ready", "False", waiting.reason(), waiting.message());
        } else if (schedulable == 0 && observation.now() != null) {
            add(
                    "Ready",
                    "False",
                    Reason.NowhereSchedulable,
                    "%s is pinned, but no selected node can take a virtual machine with it now."
                            .formatted(pin.revision()));
        } else {
            add(
                    "Ready",
                    "True",
                    Reason.Pinned,
                    "%s: %s on %s%s."
                            .formatted(
                                    pin.revision(),
                                    pin.level(),
                                    pin.cpuModel(),
                                    pin.required().isEmpty() ? "" : " with " + pin.requiredFeatures()));
        }
    }

    /** Reconciling is for what goes on by itself: the first adoption and writes to virtual machines. */
    private void progress() {
        Verdict waiting = observation.decision().waiting();
        Optional<Problem> problem = observation.problems().stream().findFirst();
        Observation.VirtualMachines virtualMachines = observation.virtualMachines();
        if (problem.isPresent()) {
            add("Stalled", "True", problem.get().reason(), problem.get().message());
        } else if (waiting != null && STALLING.contains(waiting.reason())) {
            add("Stalled", "True", waiting.reason(), waiting.message());
        } else if (virtualMachines != null && virtualMachines.forbidden() != null) {
            add("Stalled", "True", Reason.Forbidden, virtualMachines.forbidden());
        } else if (waiting != null && waiting.reason() == Reason.WaitingForEvidence) {
            add("Reconciling", "True", Reason.WaitingForEvidence, waiting.message());
        } else if (virtualMachines != null
                && virtualMachines.mode() == Mode.PATCH
                && virtualMachines.tally().in(Tally.State.PENDING) > 0) {
            add(
                    "Reconciling",
                    "True",
                    Reason.ApplyingToVirtualMachines,
                    "%d of %d virtual machines are still to be written."
                            .formatted(
                                    virtualMachines.tally().in(Tally.State.PENDING),
                                    virtualMachines.tally().selected()));
        }
    }

    private void candidatePending() {
        Verdict pending = observation.decision().pending();
        add(
                "CandidatePending",
                pending.reason() == Reason.UpToDate ? "False" : "True",
                pending.reason(),
                pending.message());
    }

    private void approvalAccepted() {
        Verdict approval = observation.decision().approval();
        if (approval != null) {
            add(
                    "ApprovalAccepted",
                    approval.reason() == Reason.Approved ? "True" : "False",
                    approval.reason(),
                    approval.message());
        }
    }

    private void evidenceComplete() {
        Fleet fleet = fleet();
        Map<Reason, List<NodeCpu>> unknown = fleet.byReason(State.UNKNOWN);
        List<NodeCpu> unlabelled = unknown.getOrDefault(Reason.KubeVirtLabelsMissing, List.of());
        if (fleet.selected() > 0 && unlabelled.size() == fleet.selected()) {
            add(
                    "EvidenceComplete",
                    "False",
                    Reason.KubeVirtLabelsMissing,
                    Boolean.FALSE.equals(observation.kubeVirt())
                            ? "KubeVirt is not installed: no node has its CPU labels. Install KubeVirt; this goes on by itself."
                            : "No selected node has KubeVirt's CPU labels (cpu-feature.node.kubevirt.io/…). Check that virt-handler runs on them.");
        } else if (!unknown.isEmpty()) {
            add("EvidenceComplete", "False", Reason.NodesUnknown, nodesUnknown(unknown, fleet));
        } else {
            silicon(fleet);
        }
    }

    private void silicon(Fleet fleet) {
        int without = countBySource(fleet, Silicon.Source.NONE);
        int contributing = fleet.count(State.CONTRIBUTING);
        if (without > 0) {
            add(
                    "EvidenceComplete",
                    "False",
                    Reason.NodeFeaturesMissing,
                    "KubeVirt's labels are there, which is enough for a model; %d of %d contributing nodes have nothing from node-feature-discovery, so stale labels can't be told."
                            .formatted(without, contributing));
        } else {
            add(
                    "EvidenceComplete",
                    "True",
                    Reason.Complete,
                    "All %d selected nodes are known.".formatted(fleet.selected()));
        }
    }

    private static int countBySource(Fleet fleet, Silicon.Source source) {
        return fleet.contributing().stream()
                .filter(cpuClass -> cpuClass.evidence().silicon().source() == source)
                .mapToInt(cpuClass -> cpuClass.nodes().size())
                .sum();
    }

    private static String nodesUnknown(Map<Reason, List<NodeCpu>> unknown, Fleet fleet) {
        StringBuilder message = new StringBuilder(
                "%d of %d selected nodes are unknown:".formatted(fleet.count(State.UNKNOWN), fleet.selected()));
        unknown.forEach((reason, nodes) -> message.append(" %s %d (%s%s);"
                .formatted(
                        reason,
                        nodes.size(),
                        String.join(", ", StatusReport.names(nodes, 3)),
                        nodes.size() > 3 ? ", …" : "")));
        message.setCharAt(message.length() - 1, '.');
        return message.toString();
    }

    private void pinnedSchedulable() {
        Pin pin = pin();
        if (pin == null) {
            return;
        }
        int selected = fleet().selected();
        if (modelObsolete(pin)) {
            add(
                    "PinnedSchedulable",
                    "False",
                    Reason.ModelObsolete,
                    "No node has the label cpu-model.node.kubevirt.io/%s any more, though all can give its features: KubeVirt calls the model obsolete or its labeller changed. Virtual machines with it can't start or move. Approve the candidate%s."
                            .formatted(pin.cpuModel(), candidateName()));
        } else if (schedulable == 0) {
            add(
                    "PinnedSchedulable",
                    "False",
                    Reason.NowhereSchedulable,
                    "None of %d selected nodes can take a virtual machine with %s now."
                            .formatted(selected, pin.revision()));
        } else if (schedulable < selected) {
            add(
                    "PinnedSchedulable",
                    "False",
                    Reason.Partly,
                    "%d of %d selected nodes can take a virtual machine with %s now."
                            .formatted(schedulable, selected, pin.revision()));
        } else {
            add(
                    "PinnedSchedulable",
                    "True",
                    Reason.Everywhere,
                    "All %d selected nodes can take a virtual machine with %s.".formatted(selected, pin.revision()));
        }
    }

    private String candidateName() {
        var candidate = observation.decision().next().candidate();
        return candidate == null ? " once there is one" : " " + candidate.revision();
    }

    private boolean modelObsolete(Pin pin) {
        List<CpuClass> lacking = fleet().lackingPinned();
        return schedulable == 0
                && !lacking.isEmpty()
                && lacking.stream()
                        .allMatch(cpuClass -> !cpuClass.evidence()
                                        .labelledModels()
                                        .contains(pin.cpuModel())
                                && cpuClass.evidence().labelledFeatures().containsAll(pin.requiredFeatures()));
    }

    private void migrationPossible() {
        if (pin() == null) {
            return;
        }
        Map<String, Integer> domains = observation.plan().explanation().domains();
        List<String> lonely = domains.entrySet().stream()
                .filter(domain -> domain.getValue() == 1)
                .map(domain -> domain.getKey().isEmpty() ? "unknown vendor" : domain.getKey())
                .toList();
        boolean foreign = observation.plan().answer() instanceof Baseline baseline
                && baseline.foreignVendor()
                && baseline.model().name().equals(Objects.requireNonNull(pin()).cpuModel());
        if (!lonely.isEmpty()) {
            add(
                    "MigrationPossible",
                    "False",
                    Reason.SingleNodeDomain,
                    "Only one node of %s can take this baseline: a virtual machine there can't leave it, since KubeVirt migrates within a CPU vendor."
                            .formatted(String.join(", ", lonely)));
        } else if (foreign) {
            add(
                    "MigrationPossible",
                    "False",
                    Reason.ForeignVendorModel,
                    "No model of the nodes' own vendor reaches the level, so guests see another vendor's CPU: their kernels leave out that vendor's mitigations (on AMD: RETBleed, SRSO) and SMT topology.");
        } else {
            add(
                    "MigrationPossible",
                    "True",
                    Reason.Possible,
                    "Every vendor among the nodes has at least two that can take this baseline.");
        }
    }

    private void virtualMachinesAligned() {
        Observation.VirtualMachines virtualMachines = observation.virtualMachines();
        if (virtualMachines == null) {
            return;
        }
        Tally tally = virtualMachines.tally();
        String counts = "%d selected: %d applied, %d pending, %d conflicting, %d refused, %d skipped."
                .formatted(
                        tally.selected(),
                        tally.in(Tally.State.APPLIED),
                        tally.in(Tally.State.PENDING),
                        tally.in(Tally.State.CONFLICTING),
                        tally.in(Tally.State.REFUSED),
                        tally.in(Tally.State.SKIPPED));
        if (Boolean.FALSE.equals(observation.kubeVirt())) {
            add(
                    "VirtualMachinesAligned",
                    "Unknown",
                    Reason.KubeVirtMissing,
                    "KubeVirt's API is not there; this goes on by itself when it is back.");
        } else if (virtualMachines.mode() == Mode.OBSERVE) {
            add("VirtualMachinesAligned", "Unknown", Reason.Observing, "Mode Observe writes nothing. " + counts);
        } else if (virtualMachines.mode() == Mode.PAUSED) {
            add("VirtualMachinesAligned", "False", Reason.Paused, "Paused: nothing is written. " + counts);
        } else {
            Reason reason = aligned(tally);
            add(
                    "VirtualMachinesAligned",
                    reason == Reason.Aligned ? "True" : "False",
                    reason,
                    counts + example(tally, reason));
        }
    }

    private static Reason aligned(Tally tally) {
        if (tally.in(Tally.State.PENDING) > 0) {
            return Reason.Applying;
        }
        if (tally.in(Tally.State.REFUSED) > 0) {
            return Reason.Refused;
        }
        if (tally.with(Reason.Contended) > 0) {
            return Reason.Contended;
        }
        if (tally.in(Tally.State.CONFLICTING) > 0) {
            return Reason.Conflicting;
        }
        return tally.pendingRestart() > 0 ? Reason.PendingRestart : Reason.Aligned;
    }

    private static String example(Tally tally, Reason reason) {
        List<String> examples = tally.examples(reason);
        return examples.isEmpty() ? "" : " %s: %s.".formatted(reason, String.join(", ", examples));
    }

    private @Nullable Pin pin() {
        return observation.decision().next().pinned();
    }

    private Fleet fleet() {
        return observation.plan().fleet();
    }

    private Optional<Problem> problem(Reason reason) {
        return observation.problems().stream()
                .filter(problem -> problem.reason() == reason)
                .findFirst();
    }

    /** A condition's transition time goes on while its status stays the same. */
    private void add(String type, String status, Reason reason, String message) {
        String since = before.stream()
                .filter(condition ->
                        condition.type().equals(type) && condition.status().equals(status))
                .flatMap(condition -> Stream.ofNullable(condition.lastTransitionTime()))
                .findFirst()
                .orElse(StatusReport.time(observation.now()));
        conditions.add(new Condition(
                type,
                status,
                observation.generation(),
                observation.now() == null ? null : since,
                reason.name(),
                message));
    }
}
