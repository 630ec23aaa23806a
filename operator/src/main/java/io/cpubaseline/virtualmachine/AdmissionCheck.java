package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One reason for which an instance doesn't get the baseline when it is created, as far as its virtual machine shows it. The checks say what the
 * chart's MutatingAdmissionPolicy does: that decides, and these only count. The first that has something to say counts.
 */
interface AdmissionCheck {

    Optional<Action> check(VirtualMachineSnapshot vm, Target target);

    List<AdmissionCheck> ALL = List.of(
            leftAlone(Reason.BeingDeleted, VirtualMachineSnapshot::deleting),
            leftAlone(Reason.OptedOut, VirtualMachineSnapshot::optedOut),
            leftAlone(Reason.NotAmd64, AlignmentCheck::ofAnotherArchitecture),
            leftAlone(Reason.Confidential, VirtualMachineSnapshot::confidential),
            leftAlone(Reason.WaitAsReceiver, vm -> vm.power().waitsAsReceiver()),
            AdmissionCheck::modelOfItsOwn,
            AdmissionCheck::nested,
            AdmissionCheck::vendorOfItsOwn,
            AdmissionCheck::contradictingFeatures);

    /** What becomes of the instances of a virtual machine: it has nothing to get itself. */
    static Action decide(VirtualMachineSnapshot vm, Target target) {
        return ALL.stream()
                .flatMap(check -> check.check(vm, target).stream())
                .findFirst()
                .orElseGet(() -> covered(target));
    }

    private static Action covered(Target target) {
        Admission admission = target.admission();
        return admission != null && admission.bound() ? new Action.Nothing() : new Action.Apply(target.fields());
    }

    private static AdmissionCheck leftAlone(Reason reason, Predicate<VirtualMachineSnapshot> holds) {
        return (vm, target) -> holds.test(vm) ? Optional.of(new Action.Skip(reason)) : Optional.empty();
    }

    /** A model in the template is the instance's. It is as good as the baseline if it is the same, with all that the baseline requires. */
    private static Optional<Action> modelOfItsOwn(VirtualMachineSnapshot vm, Target target) {
        if (vm.model().isEmpty()) {
            return Optional.empty();
        }
        if (vm.model().equals("host-passthrough")) {
            return Optional.of(new Action.Skip(Reason.HostPassthrough));
        }
        boolean same = vm.model().equals(target.cpuModel()) && AlignmentCheck.carriesRequired(vm, target);
        return Optional.of(
                same
                        ? new Action.Nothing()
                        : new Action.Conflict(Reason.Conflicting, Alignment.others(vm.modelManagers(), "")));
    }

    /** Parts of nested virtualization without the whole are no use either, and a guest that asks for them may not start with a named model. */
    private static Optional<Action> nested(VirtualMachineSnapshot vm, Target target) {
        boolean parts = vm.features().stream()
                .anyMatch(feature ->
                        (feature.name().startsWith("vmx-") || feature.name().startsWith("svm-"))
                                && AlignmentCheck.ASKING.contains(feature.policy()));
        return parts || AlignmentCheck.asksForNesting(vm, target)
                ? Optional.of(new Action.Skip(Reason.NestedVirtualization))
                : Optional.empty();
    }

    /** It is confined to another vendor, or to none. */
    private static Optional<Action> vendorOfItsOwn(VirtualMachineSnapshot vm, Target target) {
        String wanted = target.fields().vendor();
        return vm.marks().vendors().entrySet().stream()
                .filter(key -> !wanted.isEmpty()
                        && !(key.getKey().equals(wanted)
                                && key.getValue().value().equals("true")))
                .findFirst()
                .map(Map.Entry::getValue)
                .map(key -> new Action.Conflict(Reason.Conflicting, Alignment.others(key.managers(), "")));
    }

    /**
     * A feature has one entry, and it is the user's: for what the baseline requires it must require, too. With a forbidden feature nothing is
     * added, since the policy can't tell which ones the model has: forbidden and there, the guest could start nowhere.
     */
    private static Optional<Action> contradictingFeatures(VirtualMachineSnapshot vm, Target target) {
        boolean contradicts = vm.features().stream()
                .anyMatch(feature -> feature.policy().equals("forbid")
                        || !feature.required() && target.required().contains(feature.name()));
        return contradicts
                ? Optional.of(new Action.Conflict(Reason.Conflicting, Alignment.others(vm.featureManagers(), "")))
                : Optional.empty();
    }
}
