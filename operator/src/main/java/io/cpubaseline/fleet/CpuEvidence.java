package io.cpubaseline.fleet;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about the CPU of a node. Nodes with equal evidence form one {@link CpuClass}; readers hand out one shared object
 * per distinct evidence, so that a big cluster holds a handful.
 */
public final class CpuEvidence {

    private static final CpuEvidence NOTHING = new CpuEvidence(
            FeatureSet.empty(), Collections.emptySortedSet(), Collections.emptySortedSet(), Silicon.unknown());

    private final FeatureSet labelledFeatures;
    private final SortedSet<String> labelledModels;
    private final SortedSet<String> labelledVendors;
    private final SortedMap<String, String> oddLabels;
    private final int leftOut;
    private final Silicon silicon;
    private final boolean odd;
    private final int hash;

    /** Computed when it is first asked for; every thread would compute the same. */
    private @Nullable Usable usable;

    /** What a guest can be given by this catalog. */
    private record Usable(CpuCatalog catalog, FeatureSet features) {}

    /**
     * Builds evidence of labels that all have the value that KubeVirt gives them; see the other constructor.
     */
    public CpuEvidence(
            FeatureSet labelledFeatures,
            SortedSet<String> labelledModels,
            SortedSet<String> labelledVendors,
            Silicon silicon) {
        this(labelledFeatures, labelledModels, labelledVendors, Collections.emptySortedMap(), 0, silicon);
    }

    /**
     * Builds evidence.
     *
     * @param labelledFeatures names of the {@code cpu-feature.node.kubevirt.io/*} labels
     * @param labelledModels names of the {@code cpu-model.node.kubevirt.io/*} labels
     * @param labelledVendors names of the {@code cpu-vendor.node.kubevirt.io/*} labels; two if one is stale
     * @param oddLabels labels of these families whose value isn't {@code true}, with their values: no proof of anything
     * @param leftOut how many labels of these families are left out, since the catalog knows none of them and they are too many
     * @param silicon what node-feature-discovery says
     */
    public CpuEvidence(
            FeatureSet labelledFeatures,
            SortedSet<String> labelledModels,
            SortedSet<String> labelledVendors,
            SortedMap<String, String> oddLabels,
            int leftOut,
            Silicon silicon) {
        this.labelledFeatures = labelledFeatures;
        this.labelledModels = Collections.unmodifiableSortedSet(new TreeSet<>(labelledModels));
        this.labelledVendors = Collections.unmodifiableSortedSet(new TreeSet<>(labelledVendors));
        this.oddLabels = oddLabels.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(oddLabels));
        this.leftOut = leftOut;
        this.silicon = silicon;
        this.odd = this.labelledVendors.size() > 1 || !this.oddLabels.isEmpty() || leftOut > 0;
        // What differs in silicon alone is common: without it, classes would collide in every map.
        this.hash = (labelledFeatures.hashCode() * 31 + this.labelledModels.hashCode()) * 31
                + silicon.present().hashCode();
    }

    /** No evidence at all: a node without labels. */
    public static CpuEvidence nothing() {
        return NOTHING;
    }

    /** Features that KubeVirt labels: a {@code require} of one becomes a node selector on its label. */
    public FeatureSet labelledFeatures() {
        return labelledFeatures;
    }

    /** CPU models that KubeVirt labels, sorted. */
    public SortedSet<String> labelledModels() {
        return labelledModels;
    }

    /** CPU vendors that KubeVirt labels, sorted: none, one, or two of which one is stale. */
    public SortedSet<String> labelledVendors() {
        return labelledVendors;
    }

    /**
     * KubeVirt's labels of features, models and vendors that have another value than {@code true}, by their full names. KubeVirt writes only
     * {@code true}, and its node selectors ask for it: these labels prove nothing.
     */
    public SortedMap<String, String> oddLabels() {
        return oddLabels;
    }

    /** How many further labels of features, models and vendors there are, by names that the catalog lacks: too many to be kept. */
    public int leftOut() {
        return leftOut;
    }

    /** Whether there are several vendors, odd labels or too many: asked for every node, and hardly ever so. */
    boolean odd() {
        return odd;
    }

    /** What node-feature-discovery says about the hardware. */
    public Silicon silicon() {
        return silicon;
    }

    /**
     * Whether the labels are none that KubeVirt wrote, but those to expect by the hardware: no hypervisor has said that it gives any of it.
     */
    public boolean expected() {
        return silicon.source() == Silicon.Source.HARDWARE;
    }

    /**
     * Features that a guest can be given: a labelled model is usable, which means that all its features are but those that never block one.
     * KubeVirt before libvirt 12.5 labels only the features of the host's own model, so the labels alone would be too few.
     */
    public FeatureSet usable(CpuCatalog catalog) {
        Usable known = usable;
        if (known == null || known.catalog() != catalog) {
            FeatureSet ofModels = FeatureSet.empty();
            for (String name : labelledModels) {
                ofModels = ofModels.union(
                        catalog.model(name).map(CpuModel::features).orElse(FeatureSet.empty()));
            }
            known = new Usable(catalog, ofModels.minus(catalog.neverBlocks()).union(labelledFeatures));
            usable = known;
        }
        return known.features();
    }

    /** The same KubeVirt labels with other silicon evidence. */
    public CpuEvidence withSilicon(Silicon other) {
        return new CpuEvidence(labelledFeatures, labelledModels, labelledVendors, oddLabels, leftOut, other);
    }

    /** Whether KubeVirt's labeller has described this node: without feature labels its description is missing or partial. */
    public boolean hasKubeVirtLabels() {
        return !labelledFeatures.isEmpty();
    }

    /** Whether KubeVirt has written any label about the CPU, whatever its value. */
    public boolean hasAnyKubeVirtLabel() {
        return !labelledFeatures.isEmpty()
                || !labelledModels.isEmpty()
                || !labelledVendors.isEmpty()
                || !oddLabels.isEmpty();
    }

    /** The vendor: KubeVirt's label if there is exactly one, else the hardware's; empty if neither tells. */
    public String vendor() {
        if (labelledVendors.size() == 1) {
            return labelledVendors.first();
        }
        String hardware = silicon.vendor();
        return labelledVendors.isEmpty() || labelledVendors.contains(hardware) ? hardware : "";
    }

    /**
     * The vendor among whose nodes a guest there migrates: the one whose label the node has; empty for none. KubeVirt asks a target for the label
     * with the source's vendor, so a node without it is a target for none of the others, whatever its hardware is.
     */
    public String domain() {
        String vendor = vendor();
        return labelledVendors.contains(vendor) ? vendor : "";
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof CpuEvidence that
                        && hash == that.hash
                        && labelledFeatures.equals(that.labelledFeatures)
                        && labelledModels.equals(that.labelledModels)
                        && labelledVendors.equals(that.labelledVendors)
                        && oddLabels.equals(that.oddLabels)
                        && leftOut == that.leftOut
                        && silicon.equals(that.silicon);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
