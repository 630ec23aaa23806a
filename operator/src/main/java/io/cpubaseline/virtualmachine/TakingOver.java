package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** When fields that somebody else owns are taken over: copies of what the baseline has written, and models that it may adopt. */
final class TakingOver {

    private TakingOver() {}

    /** What is to be done first; nothing where nothing is taken over. */
    static Optional<Action> check(VirtualMachineSnapshot vm, Target target) {
        if (vm.model().isEmpty()) {
            return Optional.empty();
        }
        Set<String> all = new TreeSet<>(vm.modelManagers());
        all.addAll(vm.featureManagers());
        boolean wanted = Copies.isIn(vm, target.fields());
        if (wanted) {
            // They would declare the same again: both may own it.
            vm.declaredBy().stream()
                    .filter(manager -> !manager.equals(target.manager()))
                    .forEach(all::remove);
        }
        List<String> others = Alignment.others(all, target.manager());
        if (others.stream().anyMatch(Target::isBaselineManager)) {
            return Optional.empty();
        }
        if (!others.isEmpty() && target.copies().contain(vm, target, others)) {
            return Optional.of(copy(vm, target, others));
        }
        return vm.annotations().adopt() && !wanted ? adopt(vm, target) : Optional.empty();
    }

    /** All that came along with a copy: its labels and the key of its vendor would stay for ever, too. */
    private static Action copy(VirtualMachineSnapshot vm, Target target, List<String> others) {
        OwnedFields fields = new OwnedFields(
                vm.model(),
                vm.features(),
                vendor(vm, target, others),
                label(vm.marks().baseline(), target, others),
                label(vm.marks().revision(), target, others));
        return new Action.TakeOver(fields, fields, others);
    }

    private static String vendor(VirtualMachineSnapshot vm, Target target, List<String> others) {
        return vm.marks().vendors().entrySet().stream()
                .filter(key -> label(key.getValue(), target, others).equals("true"))
                .map(Map.Entry::getKey)
                .min(String::compareTo)
                .orElse("");
    }

    private static String label(Owned owned, Target target, List<String> others) {
        boolean concerned = owned.heldBy(target.manager()) || others.stream().anyMatch(owned::heldBy);
        return concerned ? owned.value() : "";
    }

    /** The model alone, and only where it would be written if nobody had set one. */
    private static Optional<Action> adopt(VirtualMachineSnapshot vm, Target target) {
        String us = target.manager();
        List<String> others = Alignment.others(vm.modelManagers(), us);
        boolean features = Alignment.featuresOfOthers(vm, us) && !vm.features().equals(target.features());
        boolean ours = vm.modelManagers().equals(Set.of(us));
        if (ours
                || vm.model().equals("host-passthrough")
                || AlignmentCheck.asksForNesting(vm, target)
                || features && !AlignmentCheck.carriesRequired(vm, target)
                || AlignmentCheck.vendorOfOthers(vm, target).isPresent()) {
            return Optional.empty();
        }
        if (AlignmentCheck.lacksCpuTopology(vm)) {
            return Optional.of(Alignment.release(vm, us, Reason.NoCpuTopology, List.of()));
        }
        if (others.isEmpty()) {
            OwnedFields wanted = target.fields();
            return Optional.of(Alignment.carry(vm, target, features ? wanted.withoutFeatures() : wanted));
        }
        OwnedFields held = vm.ownedBy(us);
        return Optional.of(new Action.TakeOver(held.withModel(vm.model()), OwnedFields.ofModel(vm.model()), others));
    }
}
