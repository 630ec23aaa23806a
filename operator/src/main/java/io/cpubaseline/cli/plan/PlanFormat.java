package io.cpubaseline.cli.plan;

import io.cpubaseline.baseline.Planner;
import io.cpubaseline.cli.configuration.Configuration;
import io.cpubaseline.cli.configuration.HyperConvergedPatch;
import io.cpubaseline.cli.configuration.KubeVirtPatch;
import io.cpubaseline.cli.configuration.LibvirtCpu;
import io.cpubaseline.cli.configuration.NovaConf;
import io.cpubaseline.cli.configuration.ProxmoxModels;
import io.cpubaseline.cli.configuration.QemuCpu;
import io.cpubaseline.cli.input.DefaultOwner;
import org.jspecify.annotations.Nullable;

/** How {@code plan} prints; in lower case, as users type it. */
enum PlanFormat {
    /** For people. */
    table,
    /** The ClusterCpuBaseline, indented. */
    json,
    /** The same document. */
    yaml,
    /** A patch for VirtualMachines. */
    kubevirt,
    /** A patch for the HyperConverged Cluster Operator's resource. */
    hco,
    /** The same as {@link #kubevirt}, in Harvester's words. */
    harvester,
    /** The element of a domain. */
    libvirt,
    /** The option of its command line. */
    qemu,
    /** A section of OpenStack's nova.conf. */
    nova,
    /** Sections of cpu-models.conf. */
    proxmox;

    /** Whether it is configuration of another program, and not what {@code plan} says itself. */
    boolean isConfiguration() {
        return this != table && this != json && this != yaml;
    }

    /**
     * The configuration; its classes are loaded only here.
     *
     * @param owner what sets the cluster's default CPU model; null if that isn't known
     * @throws IllegalStateException if it is none, see {@link #isConfiguration}
     */
    Configuration configuration(Planner planner, @Nullable DefaultOwner owner) {
        return switch (this) {
            case kubevirt -> KubeVirtPatch.ofKubeVirt(planner.catalog(), owner);
            case hco -> new HyperConvergedPatch(planner.catalog(), owner);
            case harvester -> KubeVirtPatch.ofHarvester(planner.catalog());
            case libvirt -> new LibvirtCpu(planner.catalog());
            case qemu -> new QemuCpu(planner.catalog());
            case nova -> new NovaConf(planner.catalog());
            case proxmox -> new ProxmoxModels(planner.catalog(), planner.rules());
            case table, json, yaml -> throw new IllegalStateException(this + " is no configuration");
        };
    }
}
