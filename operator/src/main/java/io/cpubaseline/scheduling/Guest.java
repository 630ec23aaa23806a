package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.SchedulingRules;
import java.util.Set;

/**
 * A guest, as far as KubeVirt makes node selectors of it.
 *
 * @param architecture {@code spec.architecture}, such as {@code amd64}; empty for the cluster's default
 * @param model the CPU model; empty for the cluster's default
 * @param shape what it asks of nodes beside its CPU model
 * @param ofBaseline what a baseline has written of it
 */
public record Guest(String architecture, String model, GuestShape shape, OfBaseline ofBaseline) {

    /** KubeVirt's name for: the CPU of the node, as a model that libvirt makes up. */
    public static final String HOST_MODEL = "host-model";

    private static final String HOST_PASSTHROUGH = "host-passthrough";

    /**
     * What a baseline owns of its VirtualMachine.
     *
     * @param baseline its name; empty if none has written it
     * @param model whether it owns the CPU model
     * @param features whether it owns the CPU features
     * @param vendors keys of CPU vendors in the node selector that it owns
     */
    public record OfBaseline(String baseline, boolean model, boolean features, Set<String> vendors) {

        private static final OfBaseline NOTHING = new OfBaseline("", false, false, Set.of());

        /** Makes the set immutable. */
        public OfBaseline {
            vendors = Set.copyOf(vendors);
        }

        /** No baseline has written it. */
        public static OfBaseline nothing() {
            return NOTHING;
        }
    }

    /** The same with what the cluster gives to guests that don't say it themselves: every VirtualMachineInstance has it. */
    public Guest withDefaults(SchedulingRules rules) {
        return new Guest(
                architecture.isEmpty() ? "amd64" : architecture,
                model.isEmpty() ? rules.cpuModel() : model,
                shape,
                ofBaseline);
    }

    /** Whether it gets its CPU from the node that it starts on. */
    public boolean hasHostModel() {
        return model.equals(HOST_MODEL);
    }

    /** Whether KubeVirt selects nodes by its model: only by named ones. */
    boolean hasNamedModel() {
        return !model.isEmpty() && !hasHostModel() && !model.equals(HOST_PASSTHROUGH);
    }
}
