package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.evidence.Quantity;
import io.cpubaseline.fleet.NodeCapacity;
import java.util.HashMap;
import java.util.Map;

/**
 * What a guest's pod would request, by its {@code spec} and the KubeVirt resource, as KubeVirt 1.8.4 computes it
 * (pkg/virt-controller/services/renderresources.go), but without the overhead of virt-launcher, some 250 MiB: what does not fit without it does
 * not fit with it.
 *
 * @param milliCores what it asks for itself; -1 where that follows from its virtual CPUs
 * @param guestMilliCores thousandths of its virtual CPUs
 * @param memory bytes that it asks for itself; -1 where that follows from the memory of its guest
 * @param guestMemory bytes that its guest has
 * @param devices GPUs and host devices, and huge pages in bytes, by the resource's name
 */
record Requests(long milliCores, long guestMilliCores, long memory, long guestMemory, Map<String, Long> devices) {

    /** Makes the map immutable. */
    Requests {
        devices = Map.copyOf(devices);
    }

    /** {@code DefaultCPUAllocationRatio} and {@code DefaultMemoryOvercommit} (pkg/virt-config/virt-config.go). */
    private static final int CPU_RATIO = 10;

    private static final int OVERCOMMIT = 100;
    private static final long MOST_OF_A_KIND = 1 << 16;

    /** @param spec {@code spec} of an instance, or of a virtual machine's template */
    static Requests of(JsonNode spec) {
        JsonNode domain = spec.path("domain");
        JsonNode cpu = domain.path("cpu");
        long guest = 1000 * ofAKind(cpu, "cores") * ofAKind(cpu, "sockets") * ofAKind(cpu, "threads");
        return new Requests(
                milliCores(domain, guest),
                guest,
                memory(domain),
                Quantity.units(quantity(domain, "/memory/guest")).orElse(0),
                devices(domain));
    }

    private static Map<String, Long> devices(JsonNode domain) {
        Map<String, Long> devices = new HashMap<>();
        for (String kind : new String[] {"gpus", "hostDevices"}) {
            domain.at("/devices/" + kind).forEach(device -> {
                String name = device.path("deviceName").asText();
                if (!name.isEmpty()) {
                    devices.merge(name, 1L, Long::sum);
                }
            });
        }
        String page = quantity(domain, "/memory/hugepages/pageSize");
        if (!page.isEmpty()) {
            String guest = quantity(domain, "/memory/guest");
            Quantity.units(guest.isEmpty() ? quantity(domain, "/resources/requests/memory") : guest)
                    .ifPresent(bytes -> devices.put("hugepages-" + page, bytes));
        }
        return devices;
    }

    private static long milliCores(JsonNode domain, long guest) {
        JsonNode cpu = domain.path("cpu");
        boolean counted = cpu.has("cores") || cpu.has("sockets") || cpu.has("threads");
        if (cpu.path("dedicatedCpuPlacement").asBoolean() && counted) {
            return guest;
        }
        String own = quantity(domain, "/resources/requests/cpu");
        return Quantity.thousandths(own.isEmpty() ? quantity(domain, "/resources/limits/cpu") : own)
                .orElse(-1);
    }

    private static long ofAKind(JsonNode cpu, String kind) {
        return Math.max(1, Math.min(cpu.path(kind).asLong(), MOST_OF_A_KIND));
    }

    private static long memory(JsonNode domain) {
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
        return -1;
    }

    private static String quantity(JsonNode domain, String pointer) {
        return domain.at(pointer).asText();
    }

    /**
     * All of it, in a cluster.
     *
     * @param kubeVirt the KubeVirt resource; a missing node if it isn't known
     */
    NodeCapacity in(JsonNode kubeVirt) {
        JsonNode developer = kubeVirt.at("/spec/configuration/developerConfiguration");
        int ratio = developer.path("cpuAllocationRatio").asInt();
        int overcommit = developer.path("memoryOvercommit").asInt();
        return new NodeCapacity(
                milliCores >= 0 ? milliCores : guestMilliCores / (ratio > 0 ? ratio : CPU_RATIO),
                memory >= 0
                        ? memory
                        : overcommit > 0 && overcommit != OVERCOMMIT
                                ? (long) (guestMemory * (double) OVERCOMMIT / overcommit)
                                : guestMemory);
    }
}
