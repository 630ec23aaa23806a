package io.cpubaseline.report;

import io.cpubaseline.api.v1alpha1.RevisionInUse;
import io.cpubaseline.baseline.Revision;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.NodeDemand;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.virtualmachine.GuestCpu;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the selected virtual machines run with, by their instances alone, and where it could land now. */
final class RevisionsInUse {

    /** KubeVirt resolves these on each node. */
    private static final Set<String> OF_THE_NODE = Set.of("host-model", "host-passthrough");

    private static final int MOST = 10;
    private static final int NAMED = 3;

    private final List<InUse> all;
    private final String pinned;

    /** @param vendor the CPU vendor of the nodes on which they run; empty if it isn't known */
    private record InUse(RevisionInUse report, String vendor, SortedMap<String, Targets.Count> byVendor) {

        /** There is no second node of their vendor; where that isn't known, of none. */
        boolean isLonely() {
            return report.schedulableNodes() != null
                    && (vendor.isEmpty()
                            ? byVendor.values().stream().allMatch(count -> count.nodes() <= 1)
                            : byVendor.getOrDefault(vendor, Targets.Count.none())
                                            .nodes()
                                    <= 1);
        }

        String words() {
            return "%s (%d%s)"
                    .formatted(report.revision(), report.instances(), vendor.isEmpty() ? "" : " on " + vendor);
        }
    }

    private RevisionsInUse(List<InUse> all, String pinned) {
        this.all = all;
        this.pinned = pinned;
    }

    static RevisionsInUse of(Observation observation) {
        Observation.VirtualMachines machines = observation.virtualMachines();
        if (machines == null) {
            return new RevisionsInUse(List.of(), "");
        }
        Targets targets = observation.plan().fleet().targets();
        String clusterDefault = machines.rules().cpuModel();
        Pin pin = observation.decision().next().pinned();
        return new RevisionsInUse(
                machines.tally().running().entrySet().stream()
                        .map(entry -> inUse(entry.getKey(), entry.getValue(), clusterDefault, targets))
                        .sorted(Comparator.comparing(
                                        (InUse one) -> -one.report().instances())
                                .thenComparing(one -> one.report().revision())
                                .thenComparing(InUse::vendor))
                        .toList(),
                pin == null ? "" : pin.revision());
    }

    private static InUse inUse(GuestCpu cpu, int instances, String clusterDefault, Targets targets) {
        String model = cpu.model().isEmpty() ? clusterDefault : cpu.model();
        if (model.isEmpty() || OF_THE_NODE.contains(model)) {
            return new InUse(
                    new RevisionInUse(model.isEmpty() ? "host-model" : model, instances, null),
                    cpu.vendor(),
                    new TreeMap<>());
        }
        FeatureSet required = FeatureSet.copyOf(cpu.requiredFeatures());
        SortedMap<String, Targets.Count> byVendor =
                targets.byVendor(new Criteria.Pin(model, required, ""), NodeDemand.none());
        int nodes = byVendor.values().stream().mapToInt(Targets.Count::nodes).sum();
        return new InUse(new RevisionInUse(Revision.of(model, required), instances, nodes), cpu.vendor(), byVendor);
    }

    /** At most ten, those that most run with first; equal ones together. */
    List<RevisionInUse> reports() {
        Map<String, List<RevisionInUse>> same = all.stream()
                .map(InUse::report)
                .collect(Collectors.groupingBy(RevisionInUse::revision, LinkedHashMap::new, Collectors.toList()));
        return same.values().stream()
                .map(reports -> new RevisionInUse(
                        reports.get(0).revision(),
                        reports.stream().mapToInt(RevisionInUse::instances).sum(),
                        reports.get(0).schedulableNodes()))
                .sorted(Comparator.comparing((RevisionInUse one) -> -one.instances())
                        .thenComparing(RevisionInUse::revision))
                .limit(MOST)
                .toList();
    }

    /** A sentence about guests with another revision than the pinned one that have no second node of their vendor; empty if there are none. */
    String lonely() {
        List<InUse> lonely = all.stream()
                .filter(one -> one.isLonely() && !one.report().revision().equals(pinned))
                .toList();
        if (lonely.isEmpty()) {
            return "";
        }
        String named = lonely.stream().limit(NAMED).map(InUse::words).collect(Collectors.joining(", "));
        return " Guests that still run with %s%s have at most one node of their vendor left: restart them before it is drained."
                .formatted(named, lonely.size() > NAMED ? " and %d more".formatted(lonely.size() - NAMED) : "");
    }
}
