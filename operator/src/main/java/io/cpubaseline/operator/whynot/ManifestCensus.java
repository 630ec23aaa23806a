package io.cpubaseline.operator.whynot;

import io.cpubaseline.manifest.ManifestTree;
import io.cpubaseline.operator.cluster.LauncherReader;
import java.io.InputStream;
import java.util.List;

/** Reads virtual machines, and what decides about them, from manifests as kubectl prints them. */
final class ManifestCensus {

    private final Census census;
    private final Types types = ManifestObjects.types();
    private final Progress progress;
    private final LauncherReader launchers = new LauncherReader();
    private final NodeTrees trees = new NodeTrees();
    private int pods;

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
        ManifestTree.each(paths, standardInput, manifests::take);
        if (manifests.census.nodes().isEmpty()) {
            throw ManifestObjects.noNode(paths);
        }
        if (manifests.pods == 0) {
            manifests.census.remark(ManifestObjects.NO_PODS);
        }
        return new Read(manifests.census, manifests.types);
    }

    private void take(ManifestTree object) {
        if (object.is("", "Node")) {
            ManifestObjects.named(object);
            census.node(trees.read(object.root()));
            progress.read(census.nodes().size(), "nodes");
        } else if (object.is("", "Pod")) {
            census.pod(launchers.read(ManifestObjects.namespaced(object)));
            progress.read(++pods, "pods");
        } else if (object.is(ManifestObjects.KUBEVIRT, "VirtualMachine")) {
            census.machine(ManifestObjects.namespaced(object));
        } else if (object.is(ManifestObjects.KUBEVIRT, "VirtualMachineInstance")) {
            census.instance(ManifestObjects.namespaced(object));
        } else if (object.is(ManifestObjects.KUBEVIRT, "KubeVirt")) {
            census.kubeVirt(object.root());
        } else if (object.is(Types.GROUP, object.kind())) {
            types.add(
                    object.kind(),
                    Types.isClusterWide(object.kind()) ? object.root() : ManifestObjects.namespaced(object));
        }
    }
}
