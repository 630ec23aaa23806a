package io.cpubaseline.virtualmachine;

import io.cpubaseline.change.Carried;
import io.cpubaseline.change.Carried.Value;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What virtual machines carry in the name of a baseline, read from who owns their fields. */
public final class Holdings {

    private static final Set<String> REQUIRING = Set.of("", "require");

    private Holdings() {}

    /**
     * What these virtual machines carry in the baseline's name. Those that are being deleted or have opted out don't count: nothing will be
     * written into them. Where another manager has taken one of the two fields, the other one has to agree with a value that is
     * carried whole.
     */
    public static Carried of(String baseline, Collection<VirtualMachineSnapshot> vms) {
        String manager = Target.manager(baseline);
        Map<Whole, List<String>> vendors = new LinkedHashMap<>();
        List<VirtualMachineSnapshot> parts = new ArrayList<>();
        for (VirtualMachineSnapshot vm : vms) {
            boolean model = vm.modelManagers().contains(manager);
            boolean features = vm.featureManagers().contains(manager);
            if (vm.deleting() || vm.optedOut() || !(model || features)) {
                continue;
            }
            Optional<Whole> whole = model && (features || vm.features().isEmpty()) ? whole(vm) : Optional.empty();
            whole.ifPresentOrElse(
                    value -> vendors.computeIfAbsent(value, one -> new ArrayList<>())
                            .add(vm.ownedBy(manager).vendor()),
                    () -> parts.add(vm));
        }
        List<Value> values = vendors.entrySet().stream()
                .map(entry -> new Value(
                        entry.getKey().cpuModel(),
                        entry.getKey().required(),
                        only(entry.getValue()),
                        entry.getValue().size()))
                .sorted(Comparator.comparingInt(Value::machines).reversed().thenComparing(Value::revision))
                .toList();
        List<String> unclear = parts.stream()
                .filter(vm -> values.stream().noneMatch(value -> agrees(vm, manager, value)))
                .map(vm -> vm.namespace() + "/" + vm.name())
                .sorted()
                .toList();
        return new Carried(baseline, values, unclear, null);
    }

    private static @Nullable String only(List<String> vendors) {
        String first = vendors.get(0);
        return !first.isEmpty() && vendors.stream().allMatch(first::equals) ? first : null;
    }

    /** Both fields of a baseline. */
    private record Whole(String cpuModel, FeatureSet required) {}

    private static Optional<Whole> whole(VirtualMachineSnapshot vm) {
        List<String> names = vm.features().stream().map(Feature::name).toList();
        boolean readable = !vm.model().isEmpty()
                && vm.features().stream().allMatch(feature -> REQUIRING.contains(feature.policy()))
                && names.stream().noneMatch(String::isEmpty)
                && new HashSet<>(names).size() == names.size();
        return readable ? Optional.of(new Whole(vm.model(), FeatureSet.copyOf(names))) : Optional.empty();
    }

    private static boolean agrees(VirtualMachineSnapshot vm, String manager, Value value) {
        List<String> names = vm.features().stream()
                .filter(feature -> REQUIRING.contains(feature.policy()))
                .map(Feature::name)
                .toList();
        return vm.modelManagers().contains(manager)
                ? vm.model().equals(value.cpuModel())
                        && names.containsAll(value.required().names())
                : names.equals(value.required().names());
    }
}
