package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.number;
import static io.cpubaseline.operator.watch.JsonFields.scalar;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.evidence.Quantity;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.operator.watch.Shared;
import java.io.IOException;

/**
 * Reads how many virtual CPUs and how much memory a guest has, from the {@code spec} of a template or of an instance, as KubeVirt 1.8.4 counts them
 * (pkg/virt-launcher/virtwrap/converter/vcpu: GetCPUTopology, GetVirtualMemory).
 */
final class SizeDraft {

    private static final Shared<NodeCapacity> SIZES = new Shared<>(256);

    /** More of any of them is no guest's: so their product stays a number. */
    private static final long MOST_OF_A_KIND = 1 << 16;

    private long cores;
    private long sockets;
    private long threads;
    private String guestMemory = "";
    private final Resources requests = new Resources();
    private final Resources limits = new Resources();

    private static final class Resources {
        private String cpu = "";
        private String memory = "";

        void read(String name, JsonParser quantity) throws IOException {
            switch (name) {
                case "cpu" -> cpu = scalar(quantity);
                case "memory" -> memory = scalar(quantity);
                default -> {}
            }
        }
    }

    /** A field of {@code domain.cpu}. */
    void cpu(String field, JsonParser value) throws IOException {
        switch (field) {
            case "cores" -> cores = ofAKind(value);
            case "sockets" -> sockets = ofAKind(value);
            case "threads" -> threads = ofAKind(value);
            default -> {}
        }
    }

    private static long ofAKind(JsonParser value) throws IOException {
        return Math.max(0, Math.min(number(value), MOST_OF_A_KIND));
    }

    /** A field of {@code domain}. */
    void domain(String field, JsonParser value) throws IOException {
        switch (field) {
            case "memory" ->
                each(value, (name, quantity) -> {
                    if (name.equals("guest")) {
                        guestMemory = scalar(quantity);
                    }
                });
            case "resources" ->
                each(value, (kind, list) -> {
                    switch (kind) {
                        case "requests" -> each(list, requests::read);
                        case "limits" -> each(list, limits::read);
                        default -> {}
                    }
                });
            default -> {}
        }
    }

    /** Whether it says itself how many virtual CPUs it has. */
    boolean hasTopology() {
        return cores > 0 || sockets > 0 || threads > 0;
    }

    /** What was read; nothing where an instancetype, which isn't in it, has it. */
    NodeCapacity finished() {
        long memory = Quantity.units(first(guestMemory, limits.memory, requests.memory))
                .orElse(0);
        return memory == 0 ? NodeCapacity.none() : SIZES.shared(new NodeCapacity(milliCores(), memory));
    }

    private long milliCores() {
        if (hasTopology()) {
            return 1000 * Math.max(1, cores) * Math.max(1, sockets) * Math.max(1, threads);
        }
        // What is asked for in parts of a core is rounded up.
        long asked = Quantity.thousandths(first(limits.cpu, requests.cpu)).orElse(0);
        return asked == 0 ? 1000 : 1000 * Math.min((asked - 1) / 1000 + 1, MOST_OF_A_KIND);
    }

    private static String first(String... texts) {
        for (String text : texts) {
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }
}
