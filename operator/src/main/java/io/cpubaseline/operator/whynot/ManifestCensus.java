package io.cpubaseline.operator.whynot;

import io.cpubaseline.manifest.ManifestTree;
import io.cpubaseline.operator.cluster.LauncherReader;
import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import io.cpubaseline.operator.cluster.StoredManifests;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads virtual machines, and what decides about them, from manifests as kubectl prints them. */
final class ManifestCensus {

    private final Census census;
    private final Types types = ManifestObjects.types();
    private final Progress progress;
    private final LauncherReader launchers = new LauncherReader();
    private final NodeTrees trees = new NodeTrees();

    /** By namespace and name: a newer version of one takes its place. */
    private final Map<String, PodView> pods = new LinkedHashMap<>();

    private ManifestCensus(String namespace, Progress progress) {
        this.census = new Census(namespace);
        this.progress = progress;
    }

    /** What was read. */
    record Read(Census census, Types types) {}

    /**
     * Reads files.
     *
     * @param paths files, directories, or {@code -}
     * @param standardInput what {@code -} stands for
     * @param namespace of which virtual machines; empty for all
     * @throws io.cpubaseline.manifest.InputException if anything can't be read, or there is no Node
     */
    static Read read(List<String> paths, InputStream standardInput, String namespace, Progress progress) {
        ManifestCensus manifests = new ManifestCensus(namespace, progress);
        StoredManifests.each(paths, standardInput, manifests::take);
        if (manifests.census.nodes().isEmpty()) {
            throw ManifestObjects.noNode(paths);
        }
        manifests.pods.values().forEach(manifests.census::pod);
        if (manifests.pods.isEmpty()) {
            manifests.census.remark(ManifestObjects.NO_PODS);
        }
        return new Read(manifests.census, manifests.types);
    }

    private void take(ManifestTree object) {
        if (object.is("", "Node")) {
            census.node(trees.read(object.root()));
            progress.read(census.nodes().size(), "nodes");
        } else if (object.is("", "Pod")) {
            PodView pod = launchers.read(object.root());
            pods.put(pod.namespace() + "/" + pod.name(), pod);
            progress.read(pods.size(), "pods");
        } else if (object.is(ManifestObjects.KUBEVIRT, "VirtualMachine")) {
            census.machine(object.root());
        } else if (object.is(ManifestObjects.KUBEVIRT, "VirtualMachineInstance")) {
            census.instance(object.root());
        } else if (object.is(ManifestObjects.KUBEVIRT, "KubeVirt")) {
            census.kubeVirt(object.root());
        } else if (object.is(Types.GROUP, object.kind())) {
            types.add(object.kind(), object.root());
        }
    }
}
