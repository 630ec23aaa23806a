package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides what to do with a virtual machine, from a snapshot of it. A field that someone else set stays; a virtual machine for which a named
 * model is wrong or harmful is left alone, with the reason.
 */
public final class Alignment {

    private static final Set<String> NESTED = Set.of("vmx", "svm");
    private static final Set<String> ASKING = Set.of("", "require", "force");

    private Alignment() {}

    /** What to do so that the virtual machine carries the target. */
    public static Action decide(VirtualMachineSnapshot vm, Target target) {
        String us = target.manager();
        boolean holdModel = vm.modelManagers().contains(us);
        boolean holdFeatures = vm.featureManagers().contains(us);
        if (vm.deleting()) {
            return new Action.Skip(Reason.BeingDeleted);
        }
        if (vm.optedOut()) {
            return leave(Reason.OptedOut, holdModel || holdFeatures);
        }
        Optional<Reason> outOfScope = outOfScope(vm);
        if (outOfScope.isPresent()) {
            return leave(outOfScope.get(), holdModel || holdFeatures);
        }
        if ((holdModel || holdFeatures) && asksForNesting(vm)) {
            return leave(Reason.NestedVirtualization, true);
        }
        if (holdFeatures && !holdModel && !vm.model().isEmpty()) {
            return new Action.Release(heldBy(vm.modelManagers()), sorted(vm.modelManagers()));
        }
        if (holdModel
                && !holdFeatures
                && !vm.features().isEmpty()
                && !vm.featureManagers().isEmpty()) {
            return new Action.Release(heldBy(vm.featureManagers()), sorted(vm.featureManagers()));
        }
        if (!holdModel && !vm.model().isEmpty()) {
            return heldByOthers(vm);
        }
        if (!holdModel && !holdFeatures) {
            Optional<Reason> unsuited = unsuited(vm);
            if (unsuited.isPresent()) {
                return new Action.Skip(unsuited.get());
            }
        }
        return carries(vm, target) ? new Action.Nothing() : new Action.Apply();
    }

    /** What it must not have is taken back, if it is ours. */
    private static Action leave(Reason reason, boolean held) {
        return held ? new Action.Release(reason, List.of()) : new Action.Skip(reason);
    }

    /** Reasons that hold whatever its CPU fields are. */
    private static Optional<Reason> outOfScope(VirtualMachineSnapshot vm) {
        if (vm.poolOwned()) {
            return Optional.of(Reason.PoolOwned);
        }
        if (!vm.architecture().isEmpty() && !vm.architecture().equals("amd64")) {
            return Optional.of(Reason.NotAmd64);
        }
        if (vm.confidential()) {
            return Optional.of(Reason.Confidential);
        }
        return vm.waitAsReceiver() ? Optional.of(Reason.WaitAsReceiver) : Optional.empty();
    }

    private static Action heldByOthers(VirtualMachineSnapshot vm) {
        if (vm.model().equals("host-passthrough")) {
            return new Action.Skip(Reason.HostPassthrough);
        }
        return new Action.Conflict(heldBy(vm.modelManagers()), sorted(vm.modelManagers()));
    }

    private static Reason heldBy(Set<String> managers) {
        return managers.stream().anyMatch(Target::isBaselineManager) ? Reason.ClaimedByOther : Reason.Conflicting;
    }

    /** Reasons for which a virtual machine without a model gets none from us. */
    private static Optional<Reason> unsuited(VirtualMachineSnapshot vm) {
        if (asksForNesting(vm)) {
            return Optional.of(Reason.NestedVirtualization);
        }
        if (!vm.features().isEmpty()) {
            return Optional.of(Reason.UserFeatures);
        }
        // KubeVirt fills in a topology at start and would then report RestartRequired for ever.
        return vm.instancetype() || vm.cpuTopology() ? Optional.empty() : Optional.of(Reason.NoCpuTopology);
    }

    /**
     * A named model has no nested virtualization unless {@code vmx} or {@code svm} is asked for beside it. Hyper-V's {@code evmcs} alone is no
     * such wish: KubeVirt itself adds {@code vmx} to the instance then, and with it the selector on the nodes that can give it
     * (pkg/defaults/hyperv.go).
     */
    private static boolean asksForNesting(VirtualMachineSnapshot vm) {
        return vm.features().stream()
                .anyMatch(feature -> NESTED.contains(feature.name()) && ASKING.contains(feature.policy()));
    }

    private static boolean carries(VirtualMachineSnapshot vm, Target target) {
        List<Feature> wanted = target.features();
        boolean featuresHeld = wanted.isEmpty()
                ? !vm.featureManagers().contains(target.manager())
                : vm.featureManagers().contains(target.manager());
        return vm.modelManagers().contains(target.manager())
                && featuresHeld
                && vm.model().equals(target.cpuModel())
                && vm.features().equals(wanted);
    }

    private static List<String> sorted(Set<String> managers) {
        return List.copyOf(new TreeSet<>(managers));
    }
}
