package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** One reason for which a virtual machine doesn't just get what its baseline wants. The checks are an ordered list: the first that has something to say decides. */
interface AlignmentCheck {

    Optional<Action> check(VirtualMachineSnapshot vm, Target target);

    /** First what leaves it alone whatever is in it, then who else holds its fields. */
    List<AlignmentCheck> ALL = List.of(
            AlignmentCheck::beingDeleted,
            AlignmentCheck::givenBack,
            leftAlone(Reason.OptedOut, VirtualMachineSnapshot::optedOut),
            leftAlone(Reason.PoolOwned, VirtualMachineSnapshot::poolOwned),
            leftAlone(Reason.NotAmd64, AlignmentCheck::ofAnotherArchitecture),
            leftAlone(Reason.Confidential, VirtualMachineSnapshot::confidential),
            leftAlone(Reason.WaitAsReceiver, vm -> vm.power().waitsAsReceiver()),
            AlignmentCheck::claimedByAnotherBaseline,
            AlignmentCheck::nested,
            TakingOver::check,
            AlignmentCheck::modelOfOthers,
            AlignmentCheck::vendorOfOthers,
            AlignmentCheck::featuresOfOthers,
            AlignmentCheck::noCpuTopology);

    Set<String> NESTED = Set.of("vmx", "svm");
    String EVMCS_VENDOR = "Intel";
    Set<String> ASKING = Set.of("", "require", "force");
    Set<String> DENYING = Set.of("disable", "forbid");

    /** What must not have the baseline gives it back, if it has it. */
    private static AlignmentCheck leftAlone(Reason reason, Predicate<VirtualMachineSnapshot> holds) {
        return (vm, target) -> holds.test(vm)
                ? Optional.of(Alignment.release(vm, target.manager(), reason, List.of()))
                : Optional.empty();
    }

    private static Optional<Action> beingDeleted(VirtualMachineSnapshot vm, Target target) {
        return vm.deleting() ? Optional.of(new Action.Skip(Reason.BeingDeleted)) : Optional.empty();
    }

    private static Optional<Action> givenBack(VirtualMachineSnapshot vm, Target target) {
        return target.isNothing()
                ? Optional.of(Alignment.release(vm, target.manager(), Reason.ReleaseIncomplete, List.of()))
                : Optional.empty();
    }

    static boolean ofAnotherArchitecture(VirtualMachineSnapshot vm) {
        return !vm.architecture().isEmpty() && !vm.architecture().equals("amd64");
    }

    /** It belongs to the baseline that holds its fields, even where both want the same. */
    private static Optional<Action> claimedByAnotherBaseline(VirtualMachineSnapshot vm, Target target) {
        if (vm.heldBy(target.manager())) {
            return Optional.empty();
        }
        List<String> holders = vm.managers()
                .filter(Target::isBaselineManager)
                .distinct()
                .sorted()
                .toList();
        return holders.isEmpty() ? Optional.empty() : Optional.of(new Action.Conflict(Reason.ClaimedByOther, holders));
    }

    /**
     * A named model has no nested virtualization unless {@code vmx} or {@code svm} is asked for beside it. Hyper-V's {@code evmcs} alone is no
     * such request: KubeVirt's webhook adds {@code vmx: require} to every instance that has it (1.8.4: {@code setEVMCSRequirement}), so that it lands where
     * {@code vmx} is labelled. A baseline of another vendor than Intel would confine it to nodes that never have that label (and with the gate
     * {@code HypervStrictCheck} KubeVirt asks for Intel's): it could start nowhere.
     */
    private static Optional<Action> nested(VirtualMachineSnapshot vm, Target target) {
        boolean asks = asksForNesting(vm, target);
        boolean concerns = vm.model().isEmpty() || vm.model().equals(target.cpuModel());
        return asks && (concerns || vm.heldBy(target.manager()))
                ? Optional.of(Alignment.release(vm, target.manager(), Reason.NestedVirtualization, List.of()))
                : Optional.empty();
    }

    static boolean asksForNesting(VirtualMachineSnapshot vm, Target target) {
        String vendor = target.fields().vendor();
        return vm.features().stream()
                        .anyMatch(feature -> NESTED.contains(feature.name()) && ASKING.contains(feature.policy()))
                || vm.shape().evmcs() && !vendor.isEmpty() && !vendor.equals(EVMCS_VENDOR);
    }

    /** A model that somebody else set stays, and nothing of ours beside it. One that is what we want, and no other baseline's, is as good as ours. */
    private static Optional<Action> modelOfOthers(VirtualMachineSnapshot vm, Target target) {
        String us = target.manager();
        Set<String> managers = vm.modelManagers();
        if (vm.model().isEmpty() || managers.equals(Set.of(us))) {
            return Optional.empty();
        }
        boolean claimable = managers.contains(us) || managers.stream().noneMatch(Target::isBaselineManager);
        if (vm.model().equals(target.cpuModel()) && claimable) {
            return Optional.empty();
        }
        List<String> takers = Alignment.others(managers, us);
        if (vm.heldBy(us)) {
            return Optional.of(new Action.Release(reason(vm, takers), takers, OwnedFields.NONE));
        }
        return Optional.of(
                vm.model().equals("host-passthrough")
                        ? new Action.Skip(Reason.HostPassthrough)
                        : new Action.Conflict(reason(vm, takers), takers));
    }

    private static Reason reason(VirtualMachineSnapshot vm, List<String> takers) {
        if (vm.model().equals("host-passthrough")) {
            return Reason.HostPassthrough;
        }
        return takers.stream().anyMatch(Target::isBaselineManager) ? Reason.ClaimedByOther : Reason.Conflicting;
    }

    /** Somebody else has confined it to another vendor, or has set our vendor's key to a value that no node has: with both it could start nowhere. */
    static Optional<Action> vendorOfOthers(VirtualMachineSnapshot vm, Target target) {
        String us = target.manager();
        String wanted = target.fields().vendor();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        for (Map.Entry<String, Owned> key : vm.marks().vendors().entrySet()) {
            Owned owned = key.getValue();
            List<String> takers = Alignment.others(owned.managers(), us);
            boolean theirs = !owned.managers().equals(Set.of(us));
            if (theirs && !(key.getKey().equals(wanted) && owned.value().equals("true"))) {
                return Optional.of(confinedByOthers(vm, target, takers));
            }
        }
        return Optional.empty();
    }

    /** Nothing of ours stays; but a model that got lost has to come back first, where others still require features. */
    private static Action confinedByOthers(VirtualMachineSnapshot vm, Target target, List<String> takers) {
        if (wasOurs(vm, target) && vm.model().isEmpty() && Alignment.othersRequire(vm, target.manager())) {
            return new Action.Apply(OwnedFields.ofModel(target.cpuModel()));
        }
        return vm.heldBy(target.manager())
                ? Alignment.release(vm, target.manager(), Reason.Conflicting, takers)
                : new Action.Conflict(Reason.Conflicting, takers);
    }

    /**
     * The list of features is one field, and somebody else has it. If it has all that we require and denies nothing, the model alone is ours. If
     * not, that is a conflict; but a model that we hold stays, and one that got lost comes back, since the list may hold what we required.
     */
    private static Optional<Action> featuresOfOthers(VirtualMachineSnapshot vm, Target target) {
        String us = target.manager();
        if (!Alignment.featuresOfOthers(vm, us) || vm.features().equals(target.features())) {
            return Optional.empty();
        }
        boolean ours = wasOurs(vm, target);
        boolean carried = carriesRequired(vm, target);
        if (vm.model().isEmpty() && !ours && (!carried || target.required().isEmpty())) {
            return Optional.of(new Action.Skip(Reason.UserFeatures));
        }
        OwnedFields model = target.fields().withoutFeatures();
        if (carried) {
            return !ours && vm.model().isEmpty() && lacksCpuTopology(vm)
                    ? Optional.of(new Action.Skip(Reason.NoCpuTopology))
                    : Optional.of(Alignment.carry(vm, target, model));
        }
        Action conflict = new Action.Conflict(Reason.Conflicting, Alignment.others(vm.featureManagers(), us));
        boolean requires = vm.features().stream().anyMatch(Feature::required);
        if (!ours || vm.model().isEmpty() && !requires) {
            return Optional.of(conflict);
        }
        OwnedFields kept = model.withModel(vm.model().isEmpty() ? target.cpuModel() : vm.model())
                .withLabels(target.baseline(), "");
        Action keep = Alignment.carry(vm, target, kept);
        return Optional.of(keep instanceof Action.Nothing ? conflict : keep);
    }

    /** Whether it has been written by this baseline, though all that is ours may have been taken since. */
    private static boolean wasOurs(VirtualMachineSnapshot vm, Target target) {
        return vm.heldBy(target.manager()) || vm.marks().baseline().value().equals(target.baseline());
    }

    static boolean carriesRequired(VirtualMachineSnapshot vm, Target target) {
        return lacking(vm, target).isEmpty() && vm.features().stream().noneMatch(feature -> denies(feature, target));
    }

    /** What is required and not in the list. */
    static List<String> lacking(VirtualMachineSnapshot vm, Target target) {
        List<String> listed = vm.features().stream()
                .filter(Feature::required)
                .map(Feature::name)
                .toList();
        return target.required().filter(name -> !listed.contains(name)).names();
    }

    /** Whether a feature of a list takes away what a guest with the baseline has. */
    static boolean denies(Feature feature, Target target) {
        return DENYING.contains(feature.policy()) && target.guest().contains(feature.name());
    }

    /** KubeVirt fills in a topology at start and would then report RestartRequired for ever. */
    private static Optional<Action> noCpuTopology(VirtualMachineSnapshot vm, Target target) {
        boolean ours = vm.heldBy(target.manager());
        boolean bare = vm.model().isEmpty() && (vm.features().isEmpty() || !ours);
        return bare && lacksCpuTopology(vm)
                ? Optional.of(Alignment.release(vm, target.manager(), Reason.NoCpuTopology, List.of()))
                : Optional.empty();
    }

    static boolean lacksCpuTopology(VirtualMachineSnapshot vm) {
        return !vm.instancetype() && !vm.cpuTopology();
    }
}
