package io.cpubaseline.baseline;

import io.cpubaseline.cpu.CpuFamilies;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.fleet.CpuClass;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which CPU a guest sees by a model beside those that it runs on, and what its kernel leaves out for that: it decides by vendor and family,
 * whatever the features are.
 *
 * @param foreign the classes of another vendor than the model's
 * @param family the model's CPU family; 0 if not known
 * @param oldest the family that every node is at least of; 0 if not known
 * @param mitigations what Linux would switch on by the nodes' families and doesn't by the model's, sorted
 * @param topologyLost whether a guest on AMD doesn't see which threads share a core
 */
public record GuestSight(
        List<CpuClass> foreign, int family, int oldest, Set<String> mitigations, boolean topologyLost) {

    private static final String TOPOLOGY = "topoext";
    private static final String INTEL = "Intel";

    /** Makes the collections immutable. */
    public GuestSight {
        foreign = List.copyOf(foreign);
        mitigations = Collections.unmodifiableSet(new TreeSet<>(mitigations));
    }

    /** What guests see with this model on these classes, whose vendors are known. */
    public static GuestSight of(CpuModel model, List<CpuClass> classes, CpuFamilies families) {
        List<CpuClass> foreign = classes.stream()
                .filter(cpuClass -> !model.vendors().contains(cpuClass.vendor()))
                .toList();
        int oldest = classes.stream()
                .mapToInt(cpuClass -> family(cpuClass, families))
                .min()
                .orElse(0);
        Set<String> missed = new TreeSet<>();
        if (!foreign.isEmpty()) {
            for (CpuClass cpuClass : foreign) {
                missed.addAll(families.mitigationsMissedBy(0, cpuClass.vendor(), family(cpuClass, families)));
            }
            boolean intel =
                    foreign.stream().anyMatch(cpuClass -> cpuClass.vendor().equals(INTEL));
            return new GuestSight(foreign, model.cpuFamily(), oldest, missed, !intel);
        }
        if (model.cpuFamily() == 0 || model.cpuFamily() >= oldest) {
            return new GuestSight(List.of(), model.cpuFamily(), oldest, Set.of(), false);
        }
        for (CpuClass cpuClass : classes) {
            missed.addAll(
                    families.mitigationsMissedBy(model.cpuFamily(), cpuClass.vendor(), family(cpuClass, families)));
        }
        return new GuestSight(
                List.of(), model.cpuFamily(), oldest, missed, !model.features().contains(TOPOLOGY));
    }

    /** Whether the model's family is older than every node's. */
    public boolean old() {
        return foreign.isEmpty() && family != 0 && family < oldest;
    }

    /** What a guest's kernel leaves out, in words. */
    public String leftOut() {
        String topology = topologyLost ? "the SMT topology" : "";
        if (mitigations.isEmpty()) {
            return topology.isEmpty() ? "what is meant for that CPU" : topology;
        }
        return "the mitigations of %s%s"
                .formatted(String.join(", ", mitigations), topology.isEmpty() ? "" : " and " + topology);
    }

    private static int family(CpuClass cpuClass, CpuFamilies families) {
        return families.atLeast(cpuClass.vendor(), cpuClass.usable());
    }
}
