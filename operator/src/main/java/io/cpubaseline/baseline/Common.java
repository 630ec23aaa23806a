package io.cpubaseline.baseline;

import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * What several classes of nodes have in common: all that the selection looks at.
 *
 * @param labelledFeatures features labelled on every node
 * @param usable features that every node can give to a guest
 * @param models models labelled on every node
 * @param vendors the vendors among the nodes; an unknown one is the empty string
 * @param counted features that libvirt finds on every node at the start of a virtual machine, by {@link StartCheck}
 */
record Common(
        FeatureSet labelledFeatures, FeatureSet usable, Set<String> models, Set<String> vendors, FeatureSet counted) {

    static Common of(CpuClass cpuClass, StartCheck startCheck) {
        return new Common(
                cpuClass.evidence().labelledFeatures(),
                cpuClass.usable(),
                cpuClass.evidence().labelledModels(),
                Set.of(cpuClass.vendor()),
                startCheck.counted(cpuClass.evidence()));
    }

    /** What they all have in common; there must be at least one. */
    static Common of(Collection<CpuClass> classes, StartCheck startCheck) {
        Iterator<CpuClass> iterator = classes.iterator();
        Common common = of(iterator.next(), startCheck);
        while (iterator.hasNext()) {
            common = common.and(of(iterator.next(), startCheck));
        }
        return common;
    }

    Common and(Common other) {
        Set<String> sharedModels = new HashSet<>(models);
        sharedModels.retainAll(other.models);
        Set<String> allVendors = new HashSet<>(vendors);
        allVendors.addAll(other.vendors);
        return new Common(
                labelledFeatures.intersect(other.labelledFeatures),
                usable.intersect(other.usable),
                sharedModels,
                allVendors,
                counted.intersect(other.counted));
    }
}
