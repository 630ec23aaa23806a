package io.cpubaseline.change;

import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the nodes would say together with nodes that are still to come.
 *
 * @param plan the answer for both
 * @param cautious the same, limited by unknown nodes that still carry labels
 * @param groups what is planned
 */
public record PlannedNodes(Plan plan, Plan cautious, List<Group> groups) {

    private static final int NAMED = 3;

    /** Makes the list immutable. */
    public PlannedNodes {
        groups = List.copyOf(groups);
    }

    /**
     * Nodes of one kind that are still to come.
     *
     * @param name what the user calls them
     * @param model the CPU model that they will have
     * @param count how many
     */
    public record Group(String name, CpuModel model, int count) {

        /**
         * One of these nodes, as it is assumed to be: it has what its model has, and each mitigation and hardening feature of its vendor, since
         * models leave out what firmware adds. It is labelled with every model that this allows.
         */
        public NodeCpu assumed(CpuCatalog catalog, SelectionRules rules) {
            String vendor = model.vendors().stream().sorted().findFirst().orElse("");
            FeatureSet usable = model.features()
                    .union(rules.group(SelectionRules.Group.MITIGATION, vendor))
                    .union(rules.group(SelectionRules.Group.HARDENING, vendor));
            TreeSet<String> models = catalog.models().stream()
                    .filter(CpuModel::namedByLibvirt)
                    .filter(other -> usable.containsAll(other.features().minus(catalog.neverBlocks())))
                    .map(CpuModel::name)
                    .collect(Collectors.toCollection(TreeSet::new));
            TreeSet<String> vendors = new TreeSet<>();
            if (!vendor.isEmpty()) {
                vendors.add(vendor);
            }
            return NodeCpu.healthy(name, new CpuEvidence(usable, models, vendors, Silicon.unknown()));
        }

        /** As people write it: {@code rack-7 (12 x EPYC-Genoa)}. */
        @Override
        public String toString() {
            return "%s (%d x %s)".formatted(name, count, model.name());
        }
    }

    /** All of them in words. */
    String words() {
        String first = groups.stream().limit(NAMED).map(Group::toString).collect(Collectors.joining(", "));
        return groups.size() > NAMED ? "%s and %d more".formatted(first, groups.size() - NAMED) : first;
    }
}
