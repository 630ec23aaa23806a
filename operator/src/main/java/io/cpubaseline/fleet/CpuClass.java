package io.cpubaseline.fleet;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.List;

/**
 * Nodes with identical CPU evidence. A cluster of thousands of nodes has a handful, and all cost grows with them.
 *
 * @param evidence what is known about each of its nodes
 * @param usable features that a guest can be given: the labelled ones and those of every labelled model
 * @param nodes its nodes, sorted by name; never empty
 */
public record CpuClass(CpuEvidence evidence, FeatureSet usable, List<NodeCpu> nodes) {

    /** The class of these nodes, which share this evidence. */
    public static CpuClass of(CpuEvidence evidence, List<NodeCpu> nodes, CpuCatalog catalog) {
        return new CpuClass(evidence, usable(evidence, catalog), List.copyOf(nodes));
    }

    /** The class's name: that of its first node, so that people recognise it. */
    public String name() {
        return nodes.get(0).name();
    }

    /** The CPU vendor; empty if unknown. */
    public String vendor() {
        return evidence.vendor();
    }

    /** Whether a virtual machine with this model and these required features can be scheduled here, by labels alone. */
    public boolean offers(String model, FeatureSet required) {
        return evidence.labelledModels().contains(model)
                && evidence.labelledFeatures().containsAll(required);
    }

    /**
     * Features that a guest can be given: a labelled model is usable, which means that all its features are. KubeVirt before libvirt
     * 12.5 labels only the features of the host's own model, so the labels alone would be too few.
     */
    public static FeatureSet usable(CpuEvidence evidence, CpuCatalog catalog) {
        FeatureSet usable = evidence.labelledFeatures();
        for (String name : evidence.labelledModels()) {
            usable = usable.union(catalog.model(name).map(CpuModel::features).orElse(FeatureSet.empty()));
        }
        return usable;
    }
}
