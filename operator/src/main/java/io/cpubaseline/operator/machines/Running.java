package io.cpubaseline.operator.machines;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The instances that run, by their virtual machines, and the CPU vendors that they run on. */
public final class Running {

    private final Map<ObjectName, InstanceSnapshot> instances = new HashMap<>();
    private final UnaryOperator<String> vendorOfNode;

    /**
     * What runs.
     *
     * @param vendorOfNode a node's CPU vendor by its name; empty if it isn't known
     */
    Running(Collection<InstanceSnapshot> all, UnaryOperator<String> vendorOfNode) {
        this.vendorOfNode = vendorOfNode;
        for (InstanceSnapshot instance : all) {
            if (!instance.virtualMachine().isEmpty()) {
                instances.put(new ObjectName(instance.namespace(), instance.virtualMachine()), instance);
            }
        }
    }

    /** Nothing runs. */
    public static Running nothing() {
        return new Running(List.of(), node -> "");
    }

    /** The instance of a virtual machine, which may have ended; null if there is none. */
    @Nullable
    public InstanceSnapshot of(VirtualMachineSnapshot vm) {
        return instances.get(new ObjectName(vm.namespace(), vm.name()));
    }

    /** Counts one that has the baseline if what runs was started without it. */
    void noteRestart(Tally tally, VirtualMachineSnapshot vm, Target target) {
        InstanceSnapshot instance = of(vm);
        if (instance != null && instance.live() && !instance.carries(target)) {
            String name = vm.namespace() + "/" + vm.name();
            tally.pendingRestart(name);
            // It was started when the baseline was in force already, and not yet written into it.
            if (target.pinned() > 0 && instance.created() > target.pinned()) {
                tally.note(Reason.StartedWithout, name);
            }
        }
    }

    /** Counts one that runs on another vendor than its baseline's: the guest sees another one at its next start. */
    void noteVendor(Tally tally, VirtualMachineSnapshot vm, Target target) {
        String wanted = target.fields().vendor();
        InstanceSnapshot instance = wanted.isEmpty() ? null : of(vm);
        if (instance != null && instance.live()) {
            String vendor = vendorOfNode.apply(instance.nodeName());
            if (!vendor.isEmpty() && !vendor.equals(wanted)) {
                tally.note(Reason.ChangesVendor, vm.namespace() + "/" + vm.name());
            }
        }
    }
}
