package io.cpubaseline.virtualmachine;

import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.GuestShape.Ask;
import io.cpubaseline.fleet.NodeDemand;
import io.cpubaseline.fleet.SchedulingRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Virtual machines that are alike in all that KubeVirt selects nodes by.
 *
 * @param baseline whether they have the baseline's CPU, or are to get it
 * @param model their own CPU model; empty for KubeVirt's default, and where they have the baseline's
 * @param shape what they ask for beside the model
 */
public record GuestKind(boolean baseline, String model, GuestShape shape) {

    private static final String HOST_MODEL = "host-model";
    private static final String HOST_PASSTHROUGH = "host-passthrough";

    /**
     * What one virtual machine is to KubeVirt's node selectors: what runs, where it has what the virtual machine is to have; else what its next
     * start will be.
     *
     * @param action what is done with it
     * @param running its running instance; null if it has none
     */
    static GuestKind of(VirtualMachineSnapshot vm, Action action, @Nullable InstanceSnapshot running, Target target) {
        boolean baseline =
                action instanceof Action.Apply || action instanceof Action.TakeOver || action instanceof Action.Nothing;
        if (baseline) {
            return running != null && running.carries(target)
                    ? new GuestKind(true, "", running.shape())
                    : new GuestKind(true, "", vm.shape());
        }
        return running == null
                ? new GuestKind(false, vm.model(), vm.shape())
                : new GuestKind(false, running.model(), running.shape());
    }

    /** The CPU model and features that KubeVirt selects nodes by: the baseline's, or the model of its own. */
    public Criteria.Pin cpu(Criteria.Pin pin, SchedulingRules rules) {
        return baseline ? pin : Criteria.Pin.ofModel(hasNamedModel(rules) ? model(rules) : "");
    }

    /** All that is asked of a node beside that. */
    public List<Ask> asks(Criteria.Pin pin, SchedulingRules rules) {
        List<Ask> asks = new ArrayList<>(shape.asks(rules, baseline ? pin : Criteria.Pin.ofModel("")));
        if (!baseline) {
            asks.add(0, new Ask("CPU model " + model(rules), cpuOfItsOwn(rules)));
        }
        return asks;
    }

    private NodeDemand cpuOfItsOwn(SchedulingRules rules) {
        return model(rules).equals(HOST_MODEL) ? NodeDemand.noObsoleteHostModel() : NodeDemand.none();
    }

    private boolean hasNamedModel(SchedulingRules rules) {
        return !List.of(HOST_MODEL, HOST_PASSTHROUGH).contains(model(rules));
    }

    private String model(SchedulingRules rules) {
        return model.isEmpty() ? rules.cpuModel() : model;
    }
}
