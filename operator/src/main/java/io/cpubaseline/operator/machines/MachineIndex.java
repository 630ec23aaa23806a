package io.cpubaseline.operator.machines;

import io.cpubaseline.Selector;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.Views;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds virtual machines by the labels of their template, and by the baselines that hold something in them, so that what one of many baselines
 * costs follows its own virtual machines. All are looked through once, and again only after any may have changed, or for a label that nobody asked
 * for before. What it finds has to be looked at: some may have changed since. Safe for use by several threads.
 */
final class MachineIndex {

    /** Whoever finds the views changed so often while they are looked through takes them all. */
    private static final int TRIES = 3;

    private final Views<VirtualMachineSnapshot> machines;

    /** Null until all have been looked through. Guarded by this object, as are its content and the counter. */
    private @Nullable Tables tables;

    /** Counts what is told. */
    private long told;

    MachineIndex(Views<VirtualMachineSnapshot> machines) {
        this.machines = machines;
    }

    /** A label of a template. */
    private record Label(String key, String value) {}

    /** By label, of some keys only, and by the field manager of a baseline. */
    private record Tables(
            Set<String> keys, Map<Label, Set<ObjectName>> byLabel, Map<String, Set<ObjectName>> byManager) {

        static Tables of(Set<String> keys, List<VirtualMachineSnapshot> all) {
            Tables tables = new Tables(keys, new HashMap<>(), new HashMap<>());
            all.forEach(tables::add);
            return tables;
        }

        void add(VirtualMachineSnapshot vm) {
            ObjectName name = nameOf(vm);
            labels(
                    vm,
                    label ->
                            byLabel.computeIfAbsent(label, l -> new HashSet<>()).add(name));
            managers(
                    vm,
                    manager -> byManager
                            .computeIfAbsent(manager, m -> new HashSet<>())
                            .add(name));
        }

        void remove(VirtualMachineSnapshot vm) {
            ObjectName name = nameOf(vm);
            labels(vm, label -> byLabel.computeIfPresent(label, (same, names) -> without(names, name)));
            managers(vm, manager -> byManager.computeIfPresent(manager, (same, names) -> without(names, name)));
        }

        private void labels(VirtualMachineSnapshot vm, Consumer<Label> each) {
            for (String key : keys) {
                String value = vm.templateLabels().get(key);
                if (value != null) {
                    each.accept(new Label(key, value));
                }
            }
        }

        private static void managers(VirtualMachineSnapshot vm, Consumer<String> each) {
            vm.managers().filter(Target::isBaselineManager).forEach(each);
        }

        private static @Nullable Set<ObjectName> without(Set<ObjectName> names, ObjectName name) {
            names.remove(name);
            return names.isEmpty() ? null : names;
        }
    }

    /**
     * A virtual machine has come, changed or gone; the views show that already.
     *
     * @param before what it was; null if it is new
     * @param after what it is; null if it is gone
     */
    synchronized void changed(@Nullable VirtualMachineSnapshot before, @Nullable VirtualMachineSnapshot after) {
        told++;
        if (tables != null && before != null) {
            tables.remove(before);
        }
        if (tables != null && after != null) {
            tables.add(after);
        }
    }

    /** Any may have changed. */
    synchronized void forgetAll() {
        told++;
        tables = null;
    }

    /** All that the selector may select by its labels, and perhaps others. */
    Collection<VirtualMachineSnapshot> candidates(Selector selector) {
        List<Label> demanded = demanded(selector);
        if (demanded.isEmpty()) {
            return machines.list();
        }
        String key = demanded.get(0).key();
        return find(Optional.of(key), all -> {
            Set<ObjectName> names = new HashSet<>();
            demanded.forEach(label -> names.addAll(all.byLabel().getOrDefault(label, Set.of())));
            return names;
        });
    }

    /** All in which this manager of a baseline holds something, and perhaps others. */
    Collection<VirtualMachineSnapshot> heldBy(String manager) {
        return find(Optional.empty(), all -> Set.copyOf(all.byManager().getOrDefault(manager, Set.of())));
    }

    /** Labels of one key, one of which is demanded; none if no key's values are. */
    private static List<Label> demanded(Selector selector) {
        return selector.matchLabels().entrySet().stream()
                .min(Map.Entry.comparingByKey())
                .map(label -> List.of(new Label(label.getKey(), label.getValue())))
                .or(() -> selector.expressions().stream()
                        .filter(expression -> expression.operator() == Selector.Operator.In)
                        .findFirst()
                        .map(expression -> expression.values().stream()
                                .map(value -> new Label(expression.key(), value))
                                .toList()))
                .orElse(List.of());
    }

    private interface Question {
        Set<ObjectName> ask(Tables all);
    }

    private Collection<VirtualMachineSnapshot> find(Optional<String> key, Question question) {
        for (int i = 0; i < TRIES; i++) {
            Set<String> keys;
            long before;
            synchronized (this) {
                if (tables != null && key.map(tables.keys()::contains).orElse(true)) {
                    return present(question.ask(tables));
                }
                keys = tables == null ? new HashSet<>() : new HashSet<>(tables.keys());
                before = told;
            }
            key.ifPresent(keys::add);
            // Not with the lock: the views have one of their own, and tell of changes.
            Tables built = Tables.of(keys, machines.list());
            synchronized (this) {
                if (told == before) {
                    tables = built;
                }
            }
        }
        return machines.list();
    }

    private List<VirtualMachineSnapshot> present(Set<ObjectName> names) {
        return names.stream()
                .flatMap(name -> machines.get(name.namespace(), name.name()).stream())
                .toList();
    }

    private static ObjectName nameOf(VirtualMachineSnapshot vm) {
        return new ObjectName(vm.namespace(), vm.name());
    }
}
