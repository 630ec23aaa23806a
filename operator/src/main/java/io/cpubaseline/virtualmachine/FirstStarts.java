package io.cpubaseline.virtualmachine;

import io.cpubaseline.change.Pin;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Whose instances may get what is pinned when they are created, though it isn't written into their virtual machines yet: KubeVirt starts a new
 * virtual machine with {@code runStrategy: Always} before anybody can write it. The chart's MutatingAdmissionPolicy gives it, and sees only the
 * instance and the baseline's status: what it can't see is said here. In doubt none may: it starts without, as it would anyway.
 *
 * @param open whether any may
 * @param except virtual machines whose instances may not, though the policy can't see why: by {@code namespace/name}, sorted
 */
public record FirstStarts(boolean open, List<String> except) {

    /** None may. */
    public static final FirstStarts NONE = new FirstStarts(false, List.of());

    /** So many characters of names fit beside the rest into a status; where the exceptions take more, none may. */
    static final int ROOM = 2_000;

    /** And so many names does the definition allow. */
    private static final int MOST = 256;

    /** KubeVirt's pools write it into templates (1.8.4: {@code injectPoolRevisionLabelsIntoVM}). */
    private static final String POOL_LABEL = "kubevirt.io/vm-pool-revision-name";

    /** Makes the list immutable. */
    public FirstStarts {
        except = List.copyOf(except);
    }

    /**
     * Whose may, by the limits of the roll-out. Nobody counts first starts before they happen, so no limit of it can hold them: they begin where
     * none is left.
     *
     * @param halted whether the roll-out is halted
     * @param proven whether guests have run with the revision for long enough wherever new ones may start
     * @param leftAlone see {@link #hidesFromPolicy}
     */
    public static FirstStarts of(Rollout rollout, boolean halted, boolean proven, SortedSet<String> leftAlone) {
        boolean unlimited = rollout.maxUpdated().equals(Share.ALL)
                && (proven || rollout.maxUnproven().equals(Share.ALL));
        boolean fit = leftAlone.size() <= MOST
                && leftAlone.stream().mapToInt(String::length).sum() <= ROOM;
        return unlimited && !halted && fit ? new FirstStarts(true, List.copyOf(leftAlone)) : NONE;
    }

    /**
     * Whether instances land where they belong. KubeVirt (1.8.4: {@code VMNodeSelectorPatch}) makes the node selector of a new instance that of its
     * template again: the policy can confine none to a vendor.
     *
     * @param vendors of all nodes that label the pin's model, selected or not; an empty one where it isn't known
     */
    public static boolean confined(Pin pin, Set<String> vendors) {
        String vendor = pin.vendor();
        return vendor != null && (vendor.isEmpty() || Set.of(vendor).containsAll(vendors));
    }

    /**
     * Whether a virtual machine is left alone by its baseline, and nothing of why is in its instances.
     *
     * @param action what its baseline does with it
     * @param state what became of it
     */
    public static boolean hidesFromPolicy(VirtualMachineSnapshot vm, Action action, Tally.State state) {
        if (action instanceof Action.Release) {
            // By now the model may be gone that the snapshot still has.
            return true;
        }
        boolean wanted =
                state == Tally.State.APPLIED || state == Tally.State.PENDING && !(action instanceof Action.Wait);
        return !wanted && !vm.deleting() && !showsInInstance(vm);
    }

    /** What the policy leaves alone by itself: it is stricter than what is written, and takes any feature for a reason. */
    private static boolean showsInInstance(VirtualMachineSnapshot vm) {
        return !vm.model().isEmpty()
                || !vm.features().isEmpty()
                || vm.annotations().skipOnTemplate()
                || vm.confidential()
                || vm.power().waitsAsReceiver()
                || AlignmentCheck.ofAnotherArchitecture(vm)
                || AlignmentCheck.lacksCpuTopology(vm)
                || vm.poolOwned() && vm.templateLabels().containsKey(POOL_LABEL);
    }

    /**
     * What to do now: nothing yet where the instance has got it when it was created. A write would change nothing for the guest, and KubeVirt would hold
     * up live updates until the next restart (1.8.4: {@code syncRestartRequired} compares the template with that of the start). It is written when
     * that instance is stopped.
     *
     * @param action what is to be done otherwise
     * @param instance its instance, which may have ended; null if there is none
     */
    public static Action untilStopped(
            Action action, VirtualMachineSnapshot vm, Target target, @Nullable InstanceSnapshot instance) {
        return action instanceof Action.Apply && given(vm, target, instance) ? new Action.Nothing() : action;
    }

    /** Whether what runs has got what is wanted when it was created, and its virtual machine has nothing of it. */
    static boolean given(VirtualMachineSnapshot vm, Target target, @Nullable InstanceSnapshot instance) {
        return instance != null
                && instance.live()
                && instance.given().equals(target.fields().revision())
                && instance.carries(target)
                && isUntouched(vm, target);
    }

    /** Whether it would be the first write to a virtual machine. */
    public static boolean isFirst(VirtualMachineSnapshot vm, Action action, Target target) {
        return action instanceof Action.Apply && isUntouched(vm, target);
    }

    private static boolean isUntouched(VirtualMachineSnapshot vm, Target target) {
        return vm.model().isEmpty() && vm.features().isEmpty() && !vm.heldBy(target.manager());
    }
}
