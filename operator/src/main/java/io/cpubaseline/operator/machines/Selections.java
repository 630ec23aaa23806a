package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.cluster.ChangeSource;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which virtual machines each baseline selects, which it holds, and which of those it has let go of. */
final class Selections {

    private final WatchedKind<VirtualMachineSnapshot> machines;
    private final WatchedKind<NamespaceView> namespaces;
    private final ChangeSource changes;

    /** What each baseline wants that wants any. */
    private final Map<String, VirtualMachineIntent> intents = new ConcurrentHashMap<>();

    /** @param changes knows all baselines that there are, and wakes them when one lets go of virtual machines */
    Selections(
            WatchedKind<VirtualMachineSnapshot> machines, WatchedKind<NamespaceView> namespaces, ChangeSource changes) {
        this.machines = machines;
        this.namespaces = namespaces;
        this.changes = changes;
    }

    /**
     * Keeps in mind what a baseline wants.
     *
     * @param intent null if it wants none, or is gone
     */
    void remember(String baseline, @Nullable VirtualMachineIntent intent) {
        VirtualMachineIntent before = intent == null ? intents.remove(baseline) : intents.put(baseline, intent);
        if (before != null && !before.equals(intent)) {
            changes.wakeAll();
        }
    }

    /** Whether no baseline wants any. */
    boolean isEmpty() {
        return intents.isEmpty();
    }

    /** Those that are selected, by namespace and name. */
    List<VirtualMachineSnapshot> selected(VirtualMachineIntent intent) {
        Set<String> meant = new HashSet<>();
        for (NamespaceView namespace : namespaces.list()) {
            if (intent.namespaces().matches(namespace.labels())) {
                meant.add(namespace.name());
            }
        }
        return machines.list().stream()
                .filter(vm ->
                        meant.contains(vm.namespace()) && intent.selector().matches(vm.templateLabels()))
                .sorted((one, other) -> {
                    int byNamespace = one.namespace().compareTo(other.namespace());
                    return byNamespace != 0 ? byNamespace : one.name().compareTo(other.name());
                })
                .toList();
    }

    /** Those that carry something of this baseline, selected or not. */
    List<VirtualMachineSnapshot> held(String baseline) {
        String manager = Target.manager(baseline);
        return machines.list().stream()
                .filter(vm -> !vm.deleting() && vm.heldBy(manager))
                .toList();
    }

    /**
     * What a baseline holds and is to give back: what has opted out, and, by its policy, what has left the selection, or all where it only
     * observes. A virtual machine whose namespace isn't known yet has left nothing.
     */
    List<VirtualMachineSnapshot> leaving(String baseline, VirtualMachineIntent intent) {
        if (machines.state() != State.SYNCED || namespaces.state() != State.SYNCED) {
            return List.of();
        }
        String manager = Target.manager(baseline);
        return machines.list().stream()
                .filter(vm -> intent.remove() || vm.optedOut())
                .filter(vm -> !vm.deleting() && vm.heldBy(manager))
                .filter(vm ->
                        intent.patch() ? hasLeft(vm, intent) : namespace(vm).isPresent())
                .toList();
    }

    private boolean hasLeft(VirtualMachineSnapshot vm, VirtualMachineIntent intent) {
        return namespace(vm)
                .filter(namespace -> !selects(intent, namespace, vm))
                .isPresent();
    }

    private Optional<NamespaceView> namespace(VirtualMachineSnapshot vm) {
        return namespaces.get("", vm.namespace());
    }

    private static boolean selects(VirtualMachineIntent intent, NamespaceView namespace, VirtualMachineSnapshot vm) {
        return intent.namespaces().matches(namespace.labels())
                && intent.selector().matches(vm.templateLabels());
    }

    /** Another baseline has let go of a virtual machine if it is gone, or if it no longer selects it and leaves its fields there. */
    boolean letGo(VirtualMachineSnapshot vm, String manager) {
        String other = Target.baselineOf(manager);
        VirtualMachineIntent intent = intents.get(other);
        return intent == null
                ? !changes.baselines().contains(other)
                : !intent.remove() && namespaces.state() == State.SYNCED && hasLeft(vm, intent);
    }
}
