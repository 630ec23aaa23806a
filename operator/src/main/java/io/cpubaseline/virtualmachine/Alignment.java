package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Decides what to do with a virtual machine, from a snapshot of it. A field that someone else set stays; a virtual machine for which a named
 * model is wrong or harmful is left alone, with the reason. And none is left without a model while it has features that somebody else requires:
 * KubeVirt (1.8.4, seen) would start it as host-model and drop the constraints that keep a host-model guest on nodes that can take it.
 */
public final class Alignment {

    private Alignment() {}

    /**
     * What to do so that the virtual machine carries the target, where baselines may have let go of it whose fields are still in it. These are
     * taken over: where the other one's differ, they are made equal first, then claimed, then released by the other one, so that there is no
     * moment without a model and nothing is forced.
     *
     * @param letGo tells of a baseline's field manager whether that baseline has let go of this virtual machine for good
     */
    public static Action decide(VirtualMachineSnapshot vm, Target target, Predicate<String> letGo) {
        if (target.admission() != null) {
            return AdmissionCheck.decide(vm, target);
        }
        Action action = decide(vm, target);
        boolean ours = action instanceof Action.Nothing
                && vm.modelManagers().size() == 1
                && vm.featureManagers().size() <= 1;
        if (ours) {
            return action;
        }
        Optional<String> other = vm.managers()
                .filter(manager -> Target.isBaselineManager(manager) && !manager.equals(target.manager()))
                .filter(letGo)
                .min(Comparator.naturalOrder());
        if (other.isEmpty()) {
            return action;
        }
        if (action instanceof Action.Nothing) {
            return new Action.Inherit(other.get(), OwnedFields.NONE);
        }
        boolean claimed = action instanceof Action.Conflict conflict
                && conflict.reason() == Reason.ClaimedByOther
                && conflict.managers().stream()
                        .filter(Target::isBaselineManager)
                        .allMatch(letGo);
        return claimed ? inherit(vm, target, other.get()) : action;
    }

    private static Action inherit(VirtualMachineSnapshot vm, Target target, String manager) {
        Action asTheOther = decide(vm, target.ofBaseline(Target.baselineOf(manager)));
        if (asTheOther instanceof Action.Apply apply) {
            return new Action.Inherit(manager, apply.fields());
        }
        if (asTheOther instanceof Action.Release release) {
            return new Action.Inherit(manager, release.kept());
        }
        return asTheOther instanceof Action.Nothing ? new Action.Apply(vm.ownedBy(manager)) : asTheOther;
    }

    /**
     * The same for one that several baselines may select: only the one whose it is does anything, and takes over what others of them hold.
     *
     * @param whose the baseline whose it is
     */
    public static Action decide(VirtualMachineSnapshot vm, Target target, Belonging whose, Predicate<String> letGo) {
        if (whose.is(target.baseline())) {
            return decide(vm, target, letGo);
        }
        return whose.by() == Belonging.By.NOT_YET
                ? new Action.Wait()
                : new Action.Conflict(Reason.ClaimedByOther, List.of(Target.manager(whose.baseline())));
    }

    /** What to do so that the virtual machine carries the target. */
    public static Action decide(VirtualMachineSnapshot vm, Target target) {
        for (AlignmentCheck check : AlignmentCheck.ALL) {
            Optional<Action> decided = check.check(vm, target);
            if (decided.isPresent()) {
                return decided.get();
            }
        }
        return carry(vm, target, target.fields());
    }

    /**
     * How to give up what a baseline holds in a virtual machine, as far as that does no harm: where required features stay that somebody else
     * holds, too, the model stays with them.
     *
     * @param manager the baseline's field manager
     * @param reason why it is given up
     * @param takers who holds fields now that were the baseline's
     * @return a release; a skip where there is nothing to release; a conflict where all that is left has to stay
     */
    public static Action release(VirtualMachineSnapshot vm, String manager, Reason reason, List<String> takers) {
        if (!vm.heldBy(manager)) {
            return new Action.Skip(reason);
        }
        boolean modelStays = !vm.model().isEmpty() && !vm.modelManagers().equals(Set.of(manager));
        if (vm.model().isEmpty() || modelStays || !othersRequire(vm, manager)) {
            return new Action.Release(reason, takers, OwnedFields.NONE);
        }
        OwnedFields model = OwnedFields.ofModel(vm.model());
        List<String> holders = others(vm.featureManagers(), manager);
        return vm.holds(manager, model)
                ? new Action.Conflict(reason, holders)
                : new Action.Release(reason, holders, model);
    }

    /** Whether a virtual machine that carries the target asks for more features than that. */
    public static boolean hasExtraFeatures(VirtualMachineSnapshot vm, Target target) {
        return !vm.features().isEmpty() && !vm.features().equals(target.features());
    }

    /** Nothing if it has these fields, or else writes them. */
    static Action carry(VirtualMachineSnapshot vm, Target target, OwnedFields wanted) {
        OwnedFields fields = wanted.withVendor(vendor(vm, target, wanted))
                .withLabels(
                        label(vm.marks().baseline(), wanted.baseline(), target.manager()),
                        label(vm.marks().revision(), wanted.revision(), target.manager()));
        return vm.holds(target.manager(), fields) ? new Action.Nothing() : new Action.Apply(fields);
    }

    /** While it isn't decided which vendor it is, the key stays that was written before. */
    private static String vendor(VirtualMachineSnapshot vm, Target target, OwnedFields wanted) {
        if (target.vendorKnown()) {
            return wanted.vendor();
        }
        return vm.marks().vendors().entrySet().stream()
                .filter(key -> key.getValue().heldBy(target.manager()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    /** A label only informs: where somebody else has set another value, it is left to them. */
    private static String label(Owned label, String wanted, String manager) {
        return label.staysWithout(manager) && !label.value().equals(wanted) ? "" : wanted;
    }

    /** Whether there are features that stay when this manager gives them up. */
    static boolean featuresOfOthers(VirtualMachineSnapshot vm, String manager) {
        return !vm.features().isEmpty() && !vm.featureManagers().equals(Set.of(manager));
    }

    /** Whether any of those is required. */
    static boolean othersRequire(VirtualMachineSnapshot vm, String manager) {
        return featuresOfOthers(vm, manager)
                && vm.features().stream().anyMatch(VirtualMachineSnapshot.Feature::required);
    }

    /** The managers but this one, sorted. */
    static List<String> others(Set<String> managers, String manager) {
        Set<String> others = new TreeSet<>(managers);
        others.remove(manager);
        return List.copyOf(others);
    }
}
