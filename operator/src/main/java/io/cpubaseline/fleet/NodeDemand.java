package io.cpubaseline.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What KubeVirt asks of a node for one guest, as the virt-launcher pod's node selector and affinity say it, beside the CPU model and features
 * of a baseline.
 *
 * @param features CPU features whose label the node must have with the value {@code true}
 * @param forbidden CPU features whose label the node must not have, whatever its value
 * @param labels keys of further labels that the node must have with the value {@code true}
 * @param absent keys of labels that the node must not have
 * @param vendor the CPU vendor whose label the node must have; empty for any
 * @param selections what selects nodes by other labels or by name: the node must match them all
 * @param tolerations the taints that the guest tolerates; null where no guest is meant: then a node is left out only if it is cordoned
 */
public record NodeDemand(
        List<String> features,
        List<String> forbidden,
        Set<String> labels,
        Set<String> absent,
        String vendor,
        List<NodeSelection> selections,
        @Nullable List<Toleration> tolerations) {

    private static final String FEATURE = "cpu-feature.node.kubevirt.io/";

    private static final NodeDemand NONE = of(List.of(), List.of(), Set.of(), Set.of(), "");

    /** Makes the collections immutable. */
    public NodeDemand {
        features = List.copyOf(features);
        forbidden = List.copyOf(forbidden);
        labels = Set.copyOf(labels);
        absent = Set.copyOf(absent);
        selections = List.copyOf(selections);
        tolerations = tolerations == null ? null : List.copyOf(tolerations);
    }

    private static NodeDemand of(
            List<String> features, List<String> forbidden, Set<String> labels, Set<String> absent, String vendor) {
        return new NodeDemand(features, forbidden, labels, absent, vendor, List.of(), null);
    }

    /** Nothing. */
    public static NodeDemand none() {
        return NONE;
    }

    /** The labels of these keys. */
    static NodeDemand labels(Collection<String> keys) {
        return of(List.of(), List.of(), Set.copyOf(keys), Set.of(), "");
    }

    /** The labels of these CPU features. */
    static NodeDemand features(List<String> features) {
        return of(features, List.of(), Set.of(), Set.of(), "");
    }

    /** No label of these CPU features. */
    static NodeDemand without(List<String> features) {
        return of(List.of(), features, Set.of(), Set.of(), "");
    }

    /** KubeVirt's condition for guests of the model {@code host-model}. */
    public static NodeDemand noObsoleteHostModel() {
        return of(List.of(), List.of(), Set.of(), Set.of(NodePlatform.OBSOLETE_HOST_MODEL), "");
    }

    /** The label of this CPU vendor. */
    static NodeDemand vendor(String vendor) {
        return of(List.of(), List.of(), Set.of(), Set.of(), vendor);
    }

    /** Labels or names by which a guest selects nodes. */
    static NodeDemand selection(NodeSelection selection) {
        return new NodeDemand(
                List.of(), List.of(), Set.of(), Set.of(), "", selection.isAny() ? List.of() : List.of(selection), null);
    }

    /** No taint but those. */
    static NodeDemand tolerating(List<Toleration> tolerations) {
        return new NodeDemand(List.of(), List.of(), Set.of(), Set.of(), "", List.of(), tolerations);
    }

    /** Both; of two vendors or lists of tolerations the other's. */
    public NodeDemand and(NodeDemand other) {
        return new NodeDemand(
                List.copyOf(both(features, other.features)),
                List.copyOf(both(forbidden, other.forbidden)),
                both(labels, other.labels),
                both(absent, other.absent),
                other.vendor.isEmpty() ? vendor : other.vendor,
                concatenated(selections, other.selections),
                other.tolerations == null ? tolerations : other.tolerations);
    }

    private static List<NodeSelection> concatenated(List<NodeSelection> one, List<NodeSelection> other) {
        List<NodeSelection> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    private static Set<String> both(Collection<String> one, Collection<String> other) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(other);
        return all;
    }

    /** Whether taints keep it off a node. */
    boolean admits(List<Taint> taints, boolean cordoned) {
        List<Toleration> tolerated = tolerations;
        return tolerated == null
                ? !cordoned
                : taints.stream()
                        .allMatch(taint -> tolerated.stream().anyMatch(toleration -> toleration.tolerates(taint)));
    }

    /** Whether it selects a node, by other labels or by its name. */
    boolean selects(NodeCpu node) {
        return selections.stream().allMatch(selection -> selection.matches(node));
    }

    /** Whether a node has the labels that KubeVirt asks for. */
    boolean isMetBy(CpuEvidence evidence, NodePlatform platform) {
        return platform.selectable().containsAll(labels)
                && absent.stream().noneMatch(platform.selectable()::contains)
                && features.stream().allMatch(evidence.labelledFeatures()::contains)
                && forbidden.stream().noneMatch(feature -> isLabelled(feature, evidence))
                && (vendor.isEmpty() || evidence.labelledVendors().contains(vendor));
    }

    /** Whether the label is there at all: what KubeVirt asks for is that it doesn't exist. */
    private static boolean isLabelled(String feature, CpuEvidence evidence) {
        return evidence.labelledFeatures().contains(feature)
                || evidence.oddLabels().containsKey(FEATURE + feature);
    }
}
