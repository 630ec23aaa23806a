package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.machines.VirtualMachineAligner.LettingGo;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Pace;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Result;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Selected;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Tempo;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Looks of an aligner at virtual machines any of which may have changed. */
public final class Passes {

    private static final Pace AT_ONCE =
            new Pace(Rollout.unlimited(), new Tempo(0), Duration.ZERO, null, InstantSource.system());

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
        return overAll(aligner, vms, running, target, AT_ONCE, others, write);
    }

    static Result overAll(
            VirtualMachineAligner aligner,
            Collection<VirtualMachineSnapshot> vms,
            Running running,
            Target target,
            Pace pace,
            LettingGo others,
            boolean write) {
        return aligner.align(of(vms), running, target, pace, others, write);
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
