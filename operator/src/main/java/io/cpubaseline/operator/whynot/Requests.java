package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.evidence.Quantity;
import io.cpubaseline.fleet.NodeCapacity;

/**
 * What a guest's pod would request, by its {@code spec} and the KubeVirt resource, as KubeVirt 1.8.4 computes it
 * (pkg/virt-controller/services/renderresources.go), but without the overhead of virt-launcher, some 250 MiB: what does not fit without it does
 * not fit with it.
 */
final class Requests {

    /** {@code DefaultCPUAllocationRatio} and {@code DefaultMemoryOvercommit} (pkg/virt-config/virt-config.go). */
    private static final int CPU_RATIO = 10;

    private static final int OVERCOMMIT = 100;
    private static final long MOST_OF_A_KIND = 1 << 16;

    private Requests() {}

    /**
     * Computes them.
     *
     * @param spec {@code spec} of an instance, or of a virtual machine's template
     * @param kubeVirt the KubeVirt resource; a missing node if it isn't known
     */
    static NodeCapacity of(JsonNode spec, JsonNode kubeVirt) {
        JsonNode domain = spec.path("domain");
        JsonNode developer = kubeVirt.at("/spec/configuration/developerConfiguration");
        return new NodeCapacity(milliCores(domain, developer), memory(domain, developer));
    }

    private static long milliCores(JsonNode domain, JsonNode developer) {
        JsonNode cpu = domain.path("cpu");
        long guest = 1000 * ofAKind(cpu, "cores") * ofAKind(cpu, "sockets") * ofAKind(cpu, "threads");
        boolean counted = cpu.has("cores") || cpu.has("sockets") || cpu.has("threads");
        if (cpu.path("dedicatedCpuPlacement").asBoolean() && counted) {
            return guest;
        }
        String own = quantity(domain, "/resources/requests/cpu");
        if (own.isEmpty()) {
            own = quantity(domain, "/resources/limits/cpu");
        }
        int ratio = developer.path("cpuAllocationRatio").asInt();
        return Quantity.thousandths(own).orElse(guest / (ratio > 0 ? ratio : CPU_RATIO));
    }

    private static long ofAKind(JsonNode cpu, String kind) {
        return Math.max(1, Math.min(cpu.path(kind).asLong(), MOST_OF_A_KIND));
    }

    private static long memory(JsonNode domain, JsonNode developer) {
        if (domain.at("/memory/hugepages").isObject()) {
            // Its memory is another resource then.
            return 0;
        }
        for (String own : new String[] {"/resources/requests/memory", "/resources/limits/memory"}) {
            long asked = Quantity.units(quantity(domain, own)).orElse(0);
            if (asked > 0) {
                return asked;
            }
        }
        int overcommit = developer.path("memoryOvercommit").asInt();
        long guest = Quantity.units(quantity(domain, "/memory/guest")).orElse(0);
        return overcommit > 0 && overcommit != OVERCOMMIT ? (long) (guest * (double) OVERCOMMIT / overcommit) : guest;
    }

    private static String quantity(JsonNode domain, String pointer) {
        return domain.at(pointer).asText();
    }
}
