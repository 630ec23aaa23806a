package io.cpubaseline.evidence;

import io.cpubaseline.catalog.HostFlags;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.evidence.HostFacts.Proof;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Turns what hosts tell of themselves into the nodes that KubeVirt's node-labeller would make of them. Where only the hardware is known, the labels are
 * those to expect by the catalog, and the evidence says so: {@link CpuEvidence#expected}.
 */
public final class HostEvidence {

    private static final String TRUE = "true";

    private final CpuCatalog catalog;
    private final HostFlags flags;
    private final Pool<CpuEvidence> pool = new Pool<>();

    /**
     * Creates it.
     *
     * @param catalog the models and features that are known
     * @param flags what a host's own flags mean
     */
    public HostEvidence(CpuCatalog catalog, HostFlags flags) {
        this.catalog = catalog;
        this.flags = flags;
    }

    /** The host as a node. */
    public NodeCpu node(HostFacts host) {
        CpuEvidence evidence = pool.shared(evidence(host));
        return new NodeCpu(
                host.name(),
                true,
                true,
                evidence,
                null,
                Truth.YES,
                Truth.YES,
                false,
                false,
                Truth.of(!host.emulated()),
                Instant.EPOCH,
                new NodeHost(NodePlatform.unknown(), host.capacity(), List.of()),
                List.of(),
                labels(host.name(), evidence));
    }

    private CpuEvidence evidence(HostFacts host) {
        boolean hardware = host.proof() == Proof.HARDWARE;
        SortedSet<String> vendors = new TreeSet<>();
        if (!host.vendor().isEmpty()) {
            vendors.add(host.vendor());
        }
        return new CpuEvidence(
                hardware ? flags.givenOf(host.features()) : host.features(),
                host.models().isEmpty() ? models(host.features(), hardware) : host.models(),
                vendors,
                new Silicon(
                        hardware ? Silicon.Source.HARDWARE : Silicon.Source.HYPERVISOR,
                        hardware ? host.features() : FeatureSet.empty(),
                        hardware ? catalog.levels().of(host.features()) : AbiLevel.NONE,
                        host.vendor()));
    }

    /** The models that these features are enough for. */
    private SortedSet<String> models(FeatureSet features, boolean hardware) {
        SortedSet<String> names = new TreeSet<>();
        for (CpuModel model : catalog.models()) {
            FeatureSet needed = hardware ? flags.neededFor(model, features) : model.features();
            if (model.namedByLibvirt() && features.containsAll(needed.minus(catalog.neverBlocks()))) {
                names.add(model.name());
            }
        }
        return names;
    }

    /** Those that selectors of baselines may ask for. */
    private static Map<String, String> labels(String name, CpuEvidence evidence) {
        Map<String, String> labels = new HashMap<>();
        labels.put("kubernetes.io/hostname", name);
        labels.put("kubernetes.io/arch", "amd64");
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubevirt.io/schedulable", TRUE);
        evidence.labelledVendors().forEach(vendor -> labels.put("cpu-vendor.node.kubevirt.io/" + vendor, TRUE));
        evidence.labelledModels().forEach(model -> labels.put("cpu-model.node.kubevirt.io/" + model, TRUE));
        evidence.labelledFeatures().stream()
                .forEach(feature -> labels.put("cpu-feature.node.kubevirt.io/" + feature, TRUE));
        return Map.copyOf(labels);
    }
}
