package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import org.jspecify.annotations.Nullable;

/** How far a write to a virtual machine may be held back by the limits of a roll-out. */
public enum WriteKind {
    /** It gives the virtual machine a revision that it hasn't had: all limits count. */
    SPREAD,
    /** Guests lose and gain nothing by it, or it gives something back: only the limit per minute counts. */
    AGAIN,
    /** It keeps harm away, or the owner wants it: no limit counts. */
    AT_ONCE;

    /**
     * The kind of a write.
     *
     * @param action what is to be written
     * @param instance what runs; null if nothing does
     */
    public static WriteKind of(
            Action action, VirtualMachineSnapshot vm, Target target, @Nullable InstanceSnapshot instance) {
        if (action instanceof Action.Apply apply) {
            return of(apply.fields(), vm, target, instance);
        }
        if (action instanceof Action.Inherit inherit) {
            return inherit.fields().equals(OwnedFields.NONE) ? AGAIN : of(inherit.fields(), vm, target, instance);
        }
        if (action instanceof Action.TakeOver) {
            return AGAIN;
        }
        boolean givenBack = action instanceof Action.Release release && release.reason() == Reason.ReleaseIncomplete;
        return givenBack && !vm.optedOut() && !vm.confidential() ? AGAIN : AT_ONCE;
    }

    private static WriteKind of(
            OwnedFields fields, VirtualMachineSnapshot vm, Target target, @Nullable InstanceSnapshot instance) {
        boolean protects = fields.revision().isEmpty() && !vm.marks().revision().staysWithout(target.manager());
        if (protects) {
            // The model alone, beside features that somebody else requires.
            return AT_ONCE;
        }
        return hasIt(vm, target) || runsWithIt(target, instance) || leads(vm, target, instance) ? AGAIN : SPREAD;
    }

    /** Whether it leads away from a revision with which the guest can't be placed anyway. */
    private static boolean leads(VirtualMachineSnapshot vm, Target target, @Nullable InstanceSnapshot instance) {
        return instance != null
                && instance.findsNoNode()
                && !instance.carries(target)
                && !vm.marks().revision().value().isEmpty();
    }

    /** Whether a virtual machine has had the revision, though some of it may be lost. */
    public static boolean hasIt(VirtualMachineSnapshot vm, Target target) {
        return vm.marks().revision().value().equals(target.fields().revision())
                || vm.model().equals(target.cpuModel()) && vm.features().equals(target.features());
    }

    /** Whether what runs has it anyway, as when the pin goes back to what it was. */
    public static boolean runsWithIt(Target target, @Nullable InstanceSnapshot instance) {
        return instance != null && instance.live() && instance.carries(target);
    }
}
