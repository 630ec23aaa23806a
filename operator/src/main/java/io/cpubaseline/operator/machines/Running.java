package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What runs, and on which CPU vendor: asked once at each look at a virtual machine.
 *
 * @param instances the instance of that name, which is also its virtual machine's; null if there is none
 * @param vendorOfNode a node's CPU vendor by its name; empty if it isn't known
 */
record Running(Function<ObjectName, @Nullable InstanceSnapshot> instances, UnaryOperator<String> vendorOfNode) {

    private static final Running NOTHING = new Running(name -> null, node -> "");

    /** Nothing runs. */
    static Running nothing() {
        return NOTHING;
    }

    /** The instance of a virtual machine, which may have ended; null if there is none. */
    @Nullable
    InstanceSnapshot of(VirtualMachineSnapshot vm) {
        InstanceSnapshot instance = instances.apply(new ObjectName(vm.namespace(), vm.name()));
        return instance != null && instance.virtualMachine().equals(vm.name()) ? instance : null;
    }

    /** The CPU vendor of the node that an instance runs on; empty if that isn't known. */
    String vendorOf(@Nullable InstanceSnapshot instance) {
        return instance == null || instance.nodeName().isEmpty() ? "" : vendorOfNode.apply(instance.nodeName());
    }
}
