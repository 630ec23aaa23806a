package io.cpubaseline.virtualmachine;

import java.util.Map;
import java.util.stream.Stream;

/**
 * What a baseline leaves in a VirtualMachine beside model and features. Most virtual machines of a baseline have equal marks.
 *
 * @param baseline its label {@code cpubaseline.io/baseline}
 * @param revision its label {@code cpubaseline.io/revision}
 * @param vendors the keys {@code cpu-vendor.node.kubevirt.io/…} of {@code spec.template.spec.nodeSelector}, by vendor
 */
public record Marks(Owned baseline, Owned revision, Map<String, Owned> vendors) {

    /** A virtual machine that no baseline has written. */
    public static final Marks NONE = new Marks(Owned.NOTHING, Owned.NOTHING, Map.of());

    /** Makes the map immutable. */
    public Marks {
        vendors = Map.copyOf(vendors);
    }

    /** The key of a vendor; {@link Owned#NOTHING} if it isn't there. */
    public Owned vendor(String name) {
        return vendors.getOrDefault(name, Owned.NOTHING);
    }

    Stream<Owned> all() {
        return Stream.concat(Stream.of(baseline, revision), vendors.values().stream());
    }
}
