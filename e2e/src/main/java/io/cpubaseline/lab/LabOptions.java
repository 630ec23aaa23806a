package io.cpubaseline.lab;

import io.cpubaseline.lab.programs.Component;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What kind of lab to start.
 *
 * @param directory where it keeps its files; empty: a new temporary directory, deleted on close
 * @param detached whether the programs outlive the JVM that started them
 * @param apiServerFlags further flags of kube-apiserver
 * @param components what runs beside etcd and kube-apiserver
 */
public record LabOptions(
        Optional<Path> directory, boolean detached, List<String> apiServerFlags, Set<Component> components) {
    public LabOptions {
        apiServerFlags = List.copyOf(apiServerFlags);
        components = Set.copyOf(components);
    }

    /** etcd and an API server that knows the resources of KubeVirt, node-feature-discovery and this project. */
    public static LabOptions apiServer() {
        return new LabOptions(Optional.empty(), false, List.of(), Set.of());
    }

    /** VMs are placed, start and migrate; deployments become ready. */
    public static LabOptions migrating() {
        return apiServer()
                .with(EnumSet.complementOf(EnumSet.of(Component.NFD_MASTER)).toArray(Component[]::new));
    }

    /** All components: beside these, node-feature-discovery labels nodes. */
    public static LabOptions full() {
        return apiServer().with(Component.values());
    }

    /** The same with these components, and no others. */
    public LabOptions with(Component... wanted) {
        return new LabOptions(directory, detached, apiServerFlags, Set.of(wanted));
    }

    /** The same, with its files in this directory, which is created where missing and kept on close. */
    public LabOptions in(Path place) {
        return new LabOptions(Optional.of(place), detached, apiServerFlags, components);
    }

    /** The same, outliving the JVM: {@link Lab#close} leaves it running. */
    public LabOptions detach() {
        return new LabOptions(directory, true, apiServerFlags, components);
    }

    /** The same with these flags of kube-apiserver, as {@code --name=value}. */
    public LabOptions withApiServerFlags(String... flags) {
        return new LabOptions(directory, detached, List.of(flags), components);
    }
}
