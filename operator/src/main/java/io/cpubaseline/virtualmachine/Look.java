package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.Tally.State;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a virtual machine has found, as far as it is counted. It holds nothing of the virtual machine itself: thousands of them
 * have a few equal looks.
 *
 * @param state what became of it
 * @param reason why; null if that needs no reason
 * @param notes what else there is to count about it
 * @param retried whether its write has failed and is going to be tried again
 * @param claimants other baselines that hold it though it is wanted here, sorted
 * @param kind what it is to KubeVirt's node selectors; null if KubeVirt places it on no amd64 node, or no more, and if it is another
 *     baseline's
 * @param runs the CPU of its guest; null if none runs, and if it is another baseline's
 */
public record Look(
        State state,
        @Nullable Reason reason,
        Set<Reason> notes,
        boolean retried,
        List<String> claimants,
        @Nullable GuestKind kind,
        @Nullable GuestCpu runs) {

    /** Makes the collections immutable. */
    public Look {
        notes = Set.copyOf(notes);
        claimants = List.copyOf(claimants);
    }

    /**
     * What is to be counted.
     *
     * @param action what is done with the virtual machine
     * @param state what became of it
     * @param reason why; null if that needs no reason
     * @param instance its instance, which may have ended; null if there is none
     * @param vendor the CPU vendor of the node on which that is; empty if it isn't known
     */
    public static Look of(
            VirtualMachineSnapshot vm,
            Action action,
            State state,
            @Nullable Reason reason,
            @Nullable InstanceSnapshot instance,
            String vendor,
            Target target) {
        InstanceSnapshot running = instance == null || !instance.live() ? null : instance;
        return new Look(
                state,
                reason,
                notes(vm, action, state, running, vendor, target),
                /* retried= */ false,
                claimants(action),
                placed(vm) && reason != Reason.ClaimedByOther ? GuestKind.of(vm, action, running, target) : null,
                running == null || reason == Reason.ClaimedByOther
                        ? null
                        : new GuestCpu(running.model(), running.requiredFeatures(), vendor));
    }

    /** What there would be to do. */
    public static Look foreseen(
            VirtualMachineSnapshot vm,
            Action action,
            @Nullable InstanceSnapshot instance,
            String vendor,
            Target target) {
        if (action instanceof Action.Skip skip) {
            return of(vm, action, State.SKIPPED, skip.reason(), instance, vendor, target);
        }
        if (action instanceof Action.Conflict conflict) {
            return of(vm, action, stateOf(conflict), conflict.reason(), instance, vendor, target);
        }
        State state = action instanceof Action.Nothing ? State.APPLIED : State.PENDING;
        return of(vm, action, state, null, instance, vendor, target);
    }

    /** One that is another baseline's is nobody's trouble. */
    public static State stateOf(Action.Conflict conflict) {
        return conflict.reason() == Reason.ClaimedByOther ? State.SKIPPED : State.CONFLICTING;
    }

    /** The same, which also counts that it is the baseline's by its capacity alone. */
    public Look of(Belonging whose, String baseline) {
        if (whose.by() != Belonging.By.CAPACITY || !whose.is(baseline)) {
            return this;
        }
        Set<Reason> all = EnumSet.of(Reason.AssignedByCapacity);
        all.addAll(notes);
        return new Look(state, reason, all, retried, claimants, kind, runs);
    }

    /** The same for one whose write has failed and is going to be tried again. */
    public Look tryingAgain() {
        return new Look(state, reason, notes, true, claimants, kind, runs);
    }

    private static boolean placed(VirtualMachineSnapshot vm) {
        return !vm.deleting()
                && (vm.architecture().isEmpty() || vm.architecture().equals("amd64"));
    }

    private static List<String> claimants(Action action) {
        return action instanceof Action.Conflict conflict && conflict.reason() == Reason.ClaimedByOther
                ? conflict.managers().stream()
                        .filter(Target::isBaselineManager)
                        .map(Target::baselineOf)
                        .sorted()
                        .toList()
                : List.of();
    }

    private static Set<Reason> notes(
            VirtualMachineSnapshot vm,
            Action action,
            State state,
            @Nullable InstanceSnapshot running,
            String vendor,
            Target target) {
        Set<Reason> notes = EnumSet.noneOf(Reason.class);
        if (state == State.APPLIED) {
            if (Alignment.hasExtraFeatures(vm, target)) {
                notes.add(Reason.ExtraFeatures);
            }
            if (target.admission() == null && FirstStarts.given(vm, target, running)) {
                notes.add(Reason.GivenAtStart);
            }
            if (running != null && !running.carries(target)) {
                notes.add(Reason.PendingRestart);
                // It was started when the baseline was in force already, and didn't get it.
                if (target.inForce() > 0 && running.created() > target.inForce()) {
                    notes.add(target.admission() == null ? Reason.StartedWithout : Reason.AdmissionMissed);
                }
            }
        }
        boolean ours =
                action instanceof Action.Apply || action instanceof Action.TakeOver || action instanceof Action.Nothing;
        String wanted = target.fields().vendor();
        if (ours && running != null && !wanted.isEmpty() && !vendor.isEmpty() && !vendor.equals(wanted)) {
            notes.add(Reason.ChangesVendor);
        }
        return notes;
    }
}
