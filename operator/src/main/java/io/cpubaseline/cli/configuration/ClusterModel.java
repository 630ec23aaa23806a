package io.cpubaseline.cli.configuration;

import io.cpubaseline.cpu.CpuCatalog;

/**
 * A cluster's default CPU model, which virtual machines get that name none: {@code spec.configuration.cpuModel} of KubeVirt's resource, and {@code
 * spec.defaultCPUModel} of the HyperConverged Cluster Operator's, are a string, and no field beside them has features (KubeVirt 1.9, {@code
 * staging/src/kubevirt.io/api/core/v1/types.go}, {@code KubeVirtConfiguration}).
 */
final class ClusterModel {

    private final CpuCatalog catalog;

    ClusterModel(CpuCatalog catalog) {
        this.catalog = catalog;
    }

    /** What guests get by a CPU's model alone. */
    String worth(CommonCpu cpu) {
        String level = cpu.known(catalog)
                .map(model -> " (%s)".formatted(catalog.levels().of(model.features())))
                .orElse("");
        int left = cpu.added(catalog).size();
        return "The cluster's default is one model for all of its nodes, and a name, which can't hold features: virtual machines that name no model"
                + " get %s%s%s."
                        .formatted(
                                cpu.model(),
                                level,
                                left == 0
                                        ? ""
                                        : ", without the %s beside it"
                                                .formatted(
                                                        left == 1
                                                                ? "feature that is required"
                                                                : left + " features that are required"));
    }
}
