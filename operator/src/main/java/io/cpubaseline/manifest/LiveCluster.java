package io.cpubaseline.manifest;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A cluster that is asked for its objects in place of files: the port of those commands that have no client of their own. */
@FunctionalInterface
public interface LiveCluster {

    /**
     * Which cluster.
     *
     * @param kubeconfig how to reach its API server; null: as kubectl
     * @param context a context of the kubeconfig; null: its current one
     * @param guests whether VirtualMachineInstances are wanted, too
     */
    record Address(@Nullable Path kubeconfig, @Nullable String context, boolean guests) {

        /** A cluster whose virtual machines are not wanted. */
        public Address(@Nullable Path kubeconfig, @Nullable String context) {
            this(kubeconfig, context, false);
        }
    }

    /** Takes what the cluster has. */
    interface Pages {

        /** Takes some objects, as a list of them in JSON. */
        void take(ManifestFile page) throws IOException;

        /** Takes a sentence about what isn't told, though it might matter. */
        void untold(String sentence);
    }

    /**
     * Lists what a plan is made from: Nodes, NodeFeatures, ClusterCpuBaselines, what sets the cluster's default CPU model, and where
     * they are wanted VirtualMachineInstances. Kinds that the cluster
     * doesn't have are left out.
     *
     * @throws InputException if it can't be asked, or doesn't let its Nodes be listed
     * @throws IOException if {@code pages} does
     */
    void read(Address address, Pages pages) throws IOException;
}
