package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Candidate;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CapacityShare;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.virtualmachine.Tally;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** On how many nodes a virtual machine with the pinned baseline can start now. */
final class PinnedSchedulableCondition implements ConditionRule {

    private static final int LABELS = 3;

    @Override
    public String type() {
        return "PinnedSchedulable";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        Pin pin = now.pin();
        return pin == null ? Optional.empty() : Optional.of(judge(now, pin));
    }

    private static Finding judge(Circumstances now, Pin pin) {
        int selected = now.fleet().selected();
        if (modelObsolete(now, pin)) {
            return Finding.no(
                    Reason.ModelObsolete,
                    "No known node has the label cpu-model.node.kubevirt.io/%s any more, though all can give its features: KubeVirt calls the model obsolete, or its labeller changed. Virtual machines with it can't start or move. %s"
                            .formatted(pin.cpuModel(), wayOut(now)));
        }
        if (now.schedulable() == 0) {
            return Finding.no(
                    Reason.NowhereSchedulable,
                    "None of %d selected nodes can take a virtual machine with %s now.%s%s %s"
                            .formatted(
                                    selected, pin.revision(), lack(now.fleet(), pin), now.cordoned(pin), wayOut(now)));
        }
        CapacityShare share = new CapacityShare(
                now.targets().capacity(), now.fleet().targets().selected());
        if (!share.reaches(now.observation().minimumCapacity())) {
            return Finding.no(
                    Reason.LowCapacity,
                    "Only %s of the selected nodes can take a virtual machine with %s now, on %d of %d nodes: less than spec.capacity.minimum (%d percent).%s%s%s %s"
                            .formatted(
                                    share,
                                    pin.revision(),
                                    now.schedulable(),
                                    selected,
                                    now.observation().minimumCapacity(),
                                    selectedMachines(now),
                                    lack(now.fleet(), pin),
                                    now.cordoned(pin),
                                    wayOut(now)));
        }
        if (now.schedulable() < selected) {
            return Finding.no(
                    Reason.Partly,
                    "%d of %d selected nodes can take a virtual machine with %s now.%s%s"
                            .formatted(
                                    now.schedulable(),
                                    selected,
                                    pin.revision(),
                                    lack(now.fleet(), pin),
                                    now.cordoned(pin)));
        }
        return Finding.yes(
                Reason.Everywhere,
                "%s can take a virtual machine with %s."
                        .formatted(
                                selected == 1 ? "The only selected node" : "All %d selected nodes".formatted(selected),
                                pin.revision()));
    }

    private static String selectedMachines(Circumstances now) {
        Observation.VirtualMachines machines = now.observation().virtualMachines();
        if (machines == null || machines.unreadable() != null) {
            return "";
        }
        Tally tally = machines.tally();
        return " %d virtual machines are selected; they ask for %d virtual CPUs and %s%s."
                .formatted(
                        tally.selected(),
                        tally.asked().cores(),
                        tally.asked().memoryQuantity(),
                        tally.unsized() == 0 ? "" : ", %d more for what isn't known".formatted(tally.unsized()));
    }

    private static String lack(Fleet fleet, Pin pin) {
        List<NodeCpu> lacking = fleet.byReason(State.UNFIT).getOrDefault(Reason.LacksPinned, List.of());
        return lacking.isEmpty()
                ? ""
                : " %d %s what it needs (%s): %s."
                        .formatted(
                                lacking.size(),
                                lacking.size() == 1 ? "lacks" : "lack",
                                NodeNames.examples(lacking),
                                labelsLackedFor(fleet, pin));
    }

    /** The labels that KubeVirt selects nodes by for this baseline, as far as some node that was left out lacks them. */
    static String labelsLackedFor(Fleet fleet, Pin pin) {
        List<CpuEvidence> lacking =
                fleet.lackingPinned().stream().map(CpuClass::evidence).toList();
        Stream<String> model =
                lacking.stream().allMatch(evidence -> evidence.labelledModels().contains(pin.cpuModel()))
                        ? Stream.empty()
                        : Stream.of(named("cpu-model.node.kubevirt.io/" + pin.cpuModel(), lacking));
        Stream<String> features = lacking.stream()
                .flatMap(evidence -> pin.requiredFeatures().minus(evidence.labelledFeatures()).names().stream())
                .distinct()
                .sorted()
                .map(feature -> named("cpu-feature.node.kubevirt.io/" + feature, lacking));
        String pinnedVendor = pin.criteria().vendor();
        boolean ofVendor =
                lacking.stream().allMatch(evidence -> evidence.labelledVendors().contains(pinnedVendor));
        Stream<String> vendor = pinnedVendor.isEmpty() || ofVendor
                ? Stream.empty()
                : Stream.of(named("cpu-vendor.node.kubevirt.io/" + pinnedVendor, lacking));
        List<String> labels =
                Stream.of(model, features, vendor).flatMap(all -> all).toList();
        return labels.stream().limit(LABELS).collect(Collectors.joining(", "))
                + (labels.size() > LABELS ? " and %d more".formatted(labels.size() - LABELS) : "");
    }

    /** A label that is there with another value than {@code true} is named with it. */
    private static String named(String label, List<CpuEvidence> lacking) {
        return lacking.stream()
                .filter(evidence -> evidence.oddLabels().containsKey(label))
                .findFirst()
                .map(evidence -> EvidenceRemarks.label(label, evidence))
                .orElse(label);
    }

    private static String wayOut(Circumstances now) {
        Candidate candidate = now.observation().decision().next().candidate();
        return candidate == null
                ? "See status.nodes.reasons."
                : "Approving the candidate %s helps.".formatted(candidate.revision());
    }

    /** All known nodes could give what the pinned model has, but none has its label. */
    private static boolean modelObsolete(Circumstances now, Pin pin) {
        CpuCatalog catalog = now.observation().catalog();
        Fleet fleet = now.fleet();
        FeatureSet ofModel =
                catalog.model(pin.cpuModel()).map(CpuModel::features).orElse(null);
        if (ofModel == null
                || now.schedulable() > 0
                || !fleet.contributing().isEmpty()
                || fleet.lackingPinned().isEmpty()) {
            return false;
        }
        FeatureSet needed = ofModel.minus(catalog.neverBlocks());
        return fleet.lackingPinned().stream()
                .allMatch(cpuClass -> !cpuClass.evidence().labelledModels().contains(pin.cpuModel())
                        && cpuClass.evidence().labelledFeatures().containsAll(pin.requiredFeatures())
                        && cpuClass.usable().containsAll(needed));
    }
}
