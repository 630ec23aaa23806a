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
 */
record Common(FeatureSet labelledFeatures, FeatureSet usable, Set<String> models, Set<String> vendors) {

    static Common of(CpuClass cpuClass) {
        return new Common(
                cpuClass.evidence().labelledFeatures(),
                cpuClass.usable(),
                cpuClass.evidence().labelledModels(),
                Set.of(cpuClass.vendor()));
    }

    /** What they all have in common; there must be at least one. */
    static Common of(Collection<CpuClass> classes) {
        Iterator<CpuClass> iterator = classes.iterator();
        Common common = of(iterator.next());
        while (iterator.hasNext()) {
            common = common.and(of(iterator.next()));
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
                allVendors);
    }
}
