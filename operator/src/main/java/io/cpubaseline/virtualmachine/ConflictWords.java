package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What there is to say to the owner of a virtual machine about a conflict: what stays, whose it is, and what to do. */
public final class ConflictWords {

    private static final int NAMED = 5;

    private ConflictWords() {}

    /** A sentence or two. */
    public static String of(VirtualMachineSnapshot vm, Action.Conflict conflict, Target target) {
        String holders = holders(conflict.managers());
        if (conflict.reason() != Reason.Conflicting) {
            return "%s, but its CPU features are set by %s and require %s: without a CPU model it would start as host-model without the constraints that keep it movable, so the model %s stays. Remove the required features, or set a model, and the rest is given up."
                    .formatted(why(conflict.reason()), holders, required(vm), vm.model());
        }
        String vendor = otherVendor(vm, target);
        if (!vendor.isEmpty()) {
            return "spec.template.spec.nodeSelector has %s, set by %s, and the baseline is of %s: it stays as it is. Remove that key, or choose another baseline."
                    .formatted(vendor, holders, target.fields().vendor());
        }
        boolean featuresAlone =
                vm.model().equals(target.cpuModel()) || vm.modelManagers().contains(target.manager());
        if (featuresAlone && !vm.features().isEmpty()) {
            return "The CPU features, set by %s, %s: they stay as they are, and so does the CPU model %s. Remove the list, or give it all that the baseline requires."
                    .formatted(holders, against(vm, target), vm.model());
        }
        if (vm.annotations().adopt()) {
            return "The CPU model is %s, set by %s; it is not adopted, since it %s."
                    .formatted(
                            vm.model(),
                            holders,
                            AlignmentCheck.asksForNesting(vm, target)
                                    ? "asks for nested virtualization"
                                    : "has CPU features that " + against(vm, target));
        }
        return "The CPU model is %s, set by %s; it stays as it is.".formatted(vm.model(), holders);
    }

    /**
     * The API server's words about a refused apply, which don't say whether there is anything to solve.
     *
     * @param message the API server's words
     */
    public static String refused(VirtualMachineSnapshot vm, Target target, String message) {
        return vm.model().equals(target.cpuModel())
                ? message + " The CPU model is the one that the baseline wants."
                : message;
    }

    private static String why(Reason reason) {
        return switch (reason) {
            case OptedOut -> "It has opted out";
            case NestedVirtualization -> "It asks for nested virtualization, which the baseline doesn't have";
            case Confidential -> "It is confidential, and so gets no baseline";
            case WaitAsReceiver -> "It waits for a migration from another cluster";
            case PoolOwned -> "It belongs to a pool";
            case NotAmd64 -> "It is not of the architecture amd64";
            default -> "It is not to have the baseline any more";
        };
    }

    private static String holders(List<String> managers) {
        return managers.isEmpty() ? "a manager that is not recorded" : String.join(", ", managers);
    }

    private static String otherVendor(VirtualMachineSnapshot vm, Target target) {
        String wanted = target.fields().vendor();
        return vm.marks().vendors().entrySet().stream()
                .filter(key ->
                        !key.getKey().equals(wanted) || !key.getValue().value().equals("true"))
                .filter(key -> !wanted.isEmpty() && key.getValue().staysWithout(target.manager()))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .map(OwnedFields.VENDOR_KEY::concat)
                .orElse("");
    }

    private static String required(VirtualMachineSnapshot vm) {
        return named(vm.features().stream()
                .filter(VirtualMachineSnapshot.Feature::required)
                .map(VirtualMachineSnapshot.Feature::name)
                .toList());
    }

    private static String against(VirtualMachineSnapshot vm, Target target) {
        List<String> denied = vm.features().stream()
                .filter(feature -> AlignmentCheck.denies(feature, target))
                .map(feature -> feature.policy() + " " + feature.name())
                .toList();
        return denied.isEmpty() ? "lack " + named(AlignmentCheck.lacking(vm, target)) : named(denied);
    }

    private static String named(List<String> names) {
        return names.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (names.size() > NAMED ? " and %d more".formatted(names.size() - NAMED) : "");
    }
}
