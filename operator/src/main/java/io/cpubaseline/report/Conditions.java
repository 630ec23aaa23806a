package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.change.Candidate;
import io.cpubaseline.change.Decision.Verdict;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.KubeVirtVersion;
import io.cpubaseline.virtualmachine.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a ClusterCpuBaseline, in a fixed order, in kstatus' sense: Ready is positive; Reconciling and Stalled exclude each other
 * and are absent while they have nothing to say.
 */
final class Conditions {

    /** Reasons that only a user can do something about. */
    private static final Set<Reason> STALLING =
            Set.of(Reason.NoCommonModel, Reason.BelowMinimum, Reason.VendorsMixed, Reason.UnknownModel);

    private static final int PROBLEMS = 3;
    private static final int NAMES = 3;
    private static final int LABELS = 3;
    private static final int LONGEST_MESSAGE = 1024;

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
        List<Problem> problems = observation.problems();
        Observation.VirtualMachines virtualMachines = observation.virtualMachines();
        if (!problems.isEmpty()) {
            add("Stalled", "True", problems.get(0).reason(), messages(problems));
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
                                            virtualMachines.tally().selected())
                            + failure(virtualMachines.tally()));
        }
    }

    private static String messages(List<Problem> problems) {
        String first = problems.stream().limit(PROBLEMS).map(Problem::message).collect(Collectors.joining(" "));
        return problems.size() > PROBLEMS ? "%s And %d more.".formatted(first, problems.size() - PROBLEMS) : first;
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
                    "KubeVirt's labels are there, which is enough for a model; %d of %d contributing nodes have nothing from node-feature-discovery, so stale labels would go unnoticed."
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
        unknown.forEach(
                (reason, nodes) -> message.append(" %s %d (%s);".formatted(reason, nodes.size(), namesOf(nodes))));
        message.setCharAt(message.length() - 1, '.');
        return message.toString();
    }

    private static String namesOf(List<NodeCpu> nodes) {
        List<String> names = StatusReport.names(nodes, NAMES);
        return String.join(", ", names) + (nodes.size() > names.size() ? ", …" : "");
    }

    private void pinnedSchedulable() {
        Pin pin = pin();
        if (pin == null) {
            return;
        }
        int selected = fleet().selected();
        List<NodeCpu> lacking = fleet().byReason(State.UNFIT).getOrDefault(Reason.LacksPinned, List.of());
        String lack = lacking.isEmpty()
                ? ""
                : " %d %s what it needs (%s): %s."
                        .formatted(
                                lacking.size(),
                                lacking.size() == 1 ? "lacks" : "lack",
                                namesOf(lacking),
                                labelsLackedFor(pin));
        if (modelObsolete(pin)) {
            add(
                    "PinnedSchedulable",
                    "False",
                    Reason.ModelObsolete,
                    "No known node has the label cpu-model.node.kubevirt.io/%s any more, though all can give its features: KubeVirt calls the model obsolete, or its labeller changed. Virtual machines with it can't start or move. %s"
                            .formatted(pin.cpuModel(), wayOut()));
        } else if (schedulable == 0) {
            add(
                    "PinnedSchedulable",
                    "False",
                    Reason.NowhereSchedulable,
                    "None of %d selected nodes can take a virtual machine with %s now.%s %s"
                            .formatted(selected, pin.revision(), lack, wayOut()));
        } else if (schedulable < selected) {
            add(
                    "PinnedSchedulable",
                    "False",
                    Reason.Partly,
                    "%d of %d selected nodes can take a virtual machine with %s now.%s"
                            .formatted(schedulable, selected, pin.revision(), lack));
        } else {
            add(
                    "PinnedSchedulable",
                    "True",
                    Reason.Everywhere,
                    "All %d selected nodes can take a virtual machine with %s.".formatted(selected, pin.revision()));
        }
    }

    /** The labels that KubeVirt selects nodes by for this baseline, as far as some node that was left out lacks them. */
    private String labelsLackedFor(Pin pin) {
        List<CpuEvidence> lacking =
                fleet().lackingPinned().stream().map(CpuClass::evidence).toList();
        Stream<String> model =
                lacking.stream().allMatch(evidence -> evidence.labelledModels().contains(pin.cpuModel()))
                        ? Stream.empty()
                        : Stream.of("cpu-model.node.kubevirt.io/" + pin.cpuModel());
        Stream<String> features = lacking.stream()
                .flatMap(evidence -> pin.requiredFeatures().minus(evidence.labelledFeatures()).names().stream())
                .distinct()
                .sorted()
                .map("cpu-feature.node.kubevirt.io/"::concat);
        List<String> labels = Stream.concat(model, features).toList();
        return labels.stream().limit(LABELS).collect(Collectors.joining(", "))
                + (labels.size() > LABELS ? " and %d more".formatted(labels.size() - LABELS) : "");
    }

    private String wayOut() {
        Candidate candidate = observation.decision().next().candidate();
        return candidate == null
                ? "See status.nodes.reasons."
                : "Approving the candidate %s helps.".formatted(candidate.revision());
    }

    /** All known nodes could give what the pinned model has, but none has its label. */
    private boolean modelObsolete(Pin pin) {
        CpuCatalog catalog = observation.catalog();
        FeatureSet ofModel =
                catalog.model(pin.cpuModel()).map(CpuModel::features).orElse(null);
        if (ofModel == null
                || schedulable > 0
                || !fleet().contributing().isEmpty()
                || fleet().lackingPinned().isEmpty()) {
            return false;
        }
        FeatureSet needed = ofModel.minus(catalog.neverBlocks());
        return fleet().lackingPinned().stream()
                .allMatch(cpuClass -> !cpuClass.evidence().labelledModels().contains(pin.cpuModel())
                        && cpuClass.evidence().labelledFeatures().containsAll(pin.requiredFeatures())
                        && cpuClass.usable().containsAll(needed));
    }

    private void migrationPossible() {
        Pin pin = pin();
        if (pin == null) {
            return;
        }
        Map<String, Integer> domains = observation.plan().explanation().domains();
        List<String> lonely = domains.entrySet().stream()
                .filter(domain -> domain.getValue() == 1)
                .map(domain -> domain.getKey().isEmpty() ? "unknown vendor" : domain.getKey())
                .toList();
        // A node of unknown vendor is no other vendor: nothing is claimed about it.
        List<String> vendors =
                domains.keySet().stream().filter(vendor -> !vendor.isEmpty()).toList();
        boolean foreign = observation
                .catalog()
                .model(pin.cpuModel())
                .filter(model -> vendors.size() == 1)
                .map(model -> !model.vendors().containsAll(vendors))
                .orElse(false);
        if (domains.isEmpty()) {
            add(
                    "MigrationPossible",
                    "False",
                    Reason.NowhereSchedulable,
                    "No contributing node can take this baseline now, so a virtual machine with it can't leave its node.");
        } else if (crossesVendors(vendors)) {
            add(
                    "MigrationPossible",
                    "False",
                    Reason.CrossVendorMigration,
                    "KubeVirt %s may migrate a virtual machine to a node of another CPU vendor (%s), which neither QEMU nor KVM promises to work. Upgrade KubeVirt to 1.6.4, 1.7.1, 1.8.0 or later, or make one baseline per vendor."
                            .formatted(
                                    Objects.requireNonNull(observation.kubeVirtVersion())
                                            .text(),
                                    String.join(", ", vendors)));
        } else if (!lonely.isEmpty()) {
            add(
                    "MigrationPossible",
                    "False",
                    Reason.SingleNodeDomain,
                    "Only one node of %s can take this baseline: a virtual machine there can't leave it, since KubeVirt migrates within a CPU vendor. Add a node of that vendor, or keep virtual machines that have to move away from it."
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

    private boolean crossesVendors(List<String> vendors) {
        KubeVirtVersion kubeVirt = observation.kubeVirtVersion();
        return kubeVirt != null && !kubeVirt.keepsVendor() && vendors.size() > 1;
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
        } else if (virtualMachines.forbidden() != null) {
            add("VirtualMachinesAligned", "False", Reason.Forbidden, counts + " " + virtualMachines.forbidden());
        } else if (virtualMachines.mode() == Mode.PAUSED) {
            add("VirtualMachinesAligned", "False", Reason.Paused, "Paused: nothing is written. " + counts);
        } else {
            Reason reason = aligned(tally);
            add(
                    "VirtualMachinesAligned",
                    reason == Reason.Aligned ? "True" : "False",
                    reason,
                    counts + example(tally, reason) + failure(tally));
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

    /** Why writes don't get on, where the API server can't do them now: KubeVirt's webhook is away, or it is overloaded. */
    private static String failure(Tally tally) {
        return tally.failure()
                .map(failure -> " Tried again: %s: %s".formatted(failure.name(), failure.words()))
                .orElse("");
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
                message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE - 2) + " …"));
    }
}
