package io.cpubaseline.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What kind of lab to start.
 *
 * @param directory where it keeps its files; empty: a new temporary directory, deleted on close
 * @param detached whether the programs outlive the JVM that started them
 * @param apiServerFlags further flags of kube-apiserver
 */
public record LabOptions(Optional<Path> directory, boolean detached, List<String> apiServerFlags) {
    public LabOptions {
        apiServerFlags = List.copyOf(apiServerFlags);
    }

    /** etcd and an API server that knows the resources of KubeVirt, node-feature-discovery and this project. */
    public static LabOptions apiServer() {
        return new LabOptions(Optional.empty(), false, List.of());
    }

    /** The same, with its files in this directory, which is created where missing and kept on close. */
    public LabOptions in(Path place) {
        return new LabOptions(Optional.of(place), detached, apiServerFlags);
    }

    /** The same, outliving the JVM: {@link Lab#close} leaves it running. */
    public LabOptions detach() {
        return new LabOptions(directory, true, apiServerFlags);
    }

    /** The same with these flags of kube-apiserver, as {@code --name=value}. */
    public LabOptions withApiServerFlags(String... flags) {
        return new LabOptions(directory, detached, List.of(flags));
    }
}
