package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.Views;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether there is any virtual machine in which a baseline holds something: one of them is kept in mind, so all are looked through only where that
 * one doesn't hold it any more. Safe for use by several threads.
 */
final class Holders {

    private final Views<VirtualMachineSnapshot> machines;

    /** By field manager: one that was found, or that there was none. Guarded by this object. */
    private final Map<String, Optional<ObjectName>> found = new HashMap<>();

    /** Counts what is told. Guarded by this object. */
    private long told;

    Holders(Views<VirtualMachineSnapshot> machines) {
        this.machines = machines;
    }

    /** Whether the manager holds anything, in virtual machines that aren't being deleted. */
    boolean isAny(String manager) {
        Optional<ObjectName> known;
        long before;
        synchronized (this) {
            known = found.get(manager);
            before = told;
        }
        if (known != null
                && (known.isEmpty()
                        || known.flatMap(name -> machines.get(name.namespace(), name.name()))
                                .filter(vm -> isHeld(vm, manager))
                                .isPresent())) {
            return known.isPresent();
        }
        Optional<ObjectName> next = machines.list().stream()
                .filter(vm -> isHeld(vm, manager))
                .findFirst()
                .map(vm -> new ObjectName(vm.namespace(), vm.name()));
        synchronized (this) {
            // What has come meanwhile may be missing in the list.
            if (next.isPresent() || told == before) {
                found.put(manager, next);
            } else {
                found.remove(manager);
            }
        }
        return next.isPresent();
    }

    static boolean isHeld(VirtualMachineSnapshot vm, String manager) {
        return !vm.deleting() && vm.heldBy(manager);
    }

    /** A virtual machine has come or changed; it is in the views already. */
    void seen(VirtualMachineSnapshot vm) {
        synchronized (this) {
            told++;
            vm.managers()
                    .filter(Target::isBaselineManager)
                    .forEach(manager -> found.computeIfPresent(
                            manager,
                            (same, one) -> one.isEmpty() && !vm.deleting()
                                    ? Optional.of(new ObjectName(vm.namespace(), vm.name()))
                                    : one));
        }
    }

    /** Any may have changed. */
    synchronized void forgetAll() {
        told++;
        found.clear();
    }

    /** A manager isn't asked for any more. */
    synchronized void forget(String manager) {
        found.remove(manager);
    }
}
