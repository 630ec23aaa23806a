package io.cpubaseline.explain;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One baseline that the nodes may get: the only one, that of a vendor, or the one for all vendors.
 *
 * @param name whose it is, in words; empty if there is no other
 * @param plan the answer, with its explanation
 * @param policy by which it was made
 */
public record View(String name, Plan plan, Policy policy) {

    /** The classes that decide the answer. */
    public List<CpuClass> classes() {
        return plan.explanation().classes().stream().map(ClassCost::cpuClass).toList();
    }

    /** The answer. */
    public Answer answer() {
        return plan.answer();
    }

    /** What guests see by it; nothing where there is no answer. */
    public FeatureSet guestFeatures() {
        return answer().baseline().map(Baseline::guestFeatures).orElse(FeatureSet.empty());
    }

    /** Those of these classes that decide the answer. */
    List<CpuClass> among(Collection<CpuClass> some) {
        Set<CpuEvidence> evidence = new HashSet<>();
        some.forEach(cpuClass -> evidence.add(cpuClass.evidence()));
        return classes().stream()
                .filter(cpuClass -> evidence.contains(cpuClass.evidence()))
                .toList();
    }

    /** The classes that decide the answer, but for these. */
    List<CpuClass> without(Collection<CpuClass> some) {
        Set<CpuEvidence> evidence = new HashSet<>();
        some.forEach(cpuClass -> evidence.add(cpuClass.evidence()));
        return classes().stream()
                .filter(cpuClass -> !evidence.contains(cpuClass.evidence()))
                .toList();
    }
}
