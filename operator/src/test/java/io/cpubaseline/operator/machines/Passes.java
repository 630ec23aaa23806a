package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.machines.VirtualMachineAligner.LettingGo;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Result;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Selected;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Looks of an aligner at virtual machines any of which may have changed. */
public final class Passes {

    private Passes() {}

    public static Result overAll(VirtualMachineAligner aligner, Collection<VirtualMachineSnapshot> vms, Target target) {
        return overAll(aligner, vms, Running.nothing(), target, LettingGo.NOBODY, true);
    }

    static Result overAll(
            VirtualMachineAligner aligner,
            Collection<VirtualMachineSnapshot> vms,
            Running running,
            Target target,
            boolean write) {
        return overAll(aligner, vms, running, target, LettingGo.NOBODY, write);
    }

    static Result overAll(
            VirtualMachineAligner aligner,
            Collection<VirtualMachineSnapshot> vms,
            Running running,
            Target target,
            LettingGo others,
            boolean write) {
        return aligner.align(of(vms), running, target, others, write);
    }

    private static Selected of(Collection<VirtualMachineSnapshot> vms) {
        return new Selected() {
            @Override
            public Collection<VirtualMachineSnapshot> all() {
                return vms;
            }

            @Override
            public Optional<VirtualMachineSnapshot> get(ObjectName name) {
                throw new IllegalStateException("all are looked at");
            }

            @Override
            public Optional<Set<ObjectName>> changed() {
                return Optional.empty();
            }
        };
    }
}
