package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Selected;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.Views;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Belonging;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which virtual machines each baseline selects, whose those are that several select, which it holds, and which of those it has let go of. A change
 * wakes only the baselines that it concerns, and they find what has changed for them. Safe for use by several threads.
 */
final class Selections implements WatchedCluster.Follower, VirtualMachineAligner.LettingGo {

    private final Views<VirtualMachineSnapshot> machines;
    private final Views<InstanceSnapshot> instances;
    private final Views<NamespaceView> namespaces;
    private final Predicate<String> exists;
    private final Consumer<String> wake;
    private final Function<String, Map<String, String>> labelsOfNode;
    private final Claimants claims;
    private final Touched touched = new Touched();
    private final MachineIndex machineIndex;

    /** What each baseline wants that wants any. */
    private final Map<String, VirtualMachineIntent> intents = new ConcurrentHashMap<>();

    /** Of the intents; null after one has changed. Guarded by this object, as is each change of intents. */
    private @Nullable SelectorIndex index;

    /**
     * No baseline wants any virtual machine yet.
     *
     * @param exists whether there is a baseline of that name, whatever it wants
     * @param wake lets a baseline look at what has changed for it
     * @param labelsOfNode a node's labels by its name
     */
    Selections(
            Views<VirtualMachineSnapshot> machines,
            Views<InstanceSnapshot> instances,
            Views<NamespaceView> namespaces,
            Predicate<String> exists,
            Consumer<String> wake,
            Function<String, Map<String, String>> labelsOfNode,
            Claimants claims) {
        this.machines = machines;
        this.machineIndex = new MachineIndex(machines);
        this.instances = instances;
        this.namespaces = namespaces;
        this.exists = exists;
        this.wake = wake;
        this.labelsOfNode = labelsOfNode;
        this.claims = claims;
    }

    /**
     * Keeps in mind what a baseline wants.
     *
     * @param intent null if it wants none, or is gone
     */
    void remember(String baseline, @Nullable VirtualMachineIntent intent) {
        VirtualMachineIntent before;
        synchronized (this) {
            before = intent == null ? intents.remove(baseline) : intents.put(baseline, intent);
            if (intent == null ? before == null : intent.equals(before)) {
                return;
            }
            index = null;
            if (intent == null) {
                touched.forget(baseline);
                claims.go(baseline);
            } else {
                touched.touchAll(baseline);
                claims.come(baseline);
            }
        }
        touchHeldBy(baseline);
        touchShared(baseline, before, intent);
    }

    /** A baseline is being deleted: what it doesn't hold is another one's. */
    void leave(String baseline) {
        if (claims.leave(baseline)) {
            touchShared(baseline, null, intents.get(baseline));
        }
    }

    /** How many cores its nodes have where virtual machines with its pin can land now. */
    void reach(String baseline, long cores) {
        claims.reach(baseline, cores);
    }

    private synchronized SelectorIndex index() {
        if (index == null) {
            index = new SelectorIndex(intents);
        }
        return index;
    }

    /** Whether no baseline wants any. */
    boolean isEmpty() {
        return intents.isEmpty();
    }

    // ---- what has changed

    @Override
    public void machineChanged(@Nullable VirtualMachineSnapshot before, @Nullable VirtualMachineSnapshot after) {
        machineIndex.changed(before, after);
        if (after != null) {
            touch(before, after);
        } else if (before != null) {
            claims.uncontested(nameOf(before));
            Set<String> concerned = new HashSet<>();
            addConcerned(concerned, before, namespace(before).orElse(null));
            touch(concerned, before);
        }
    }

    @Override
    public void instanceChanged(@Nullable InstanceSnapshot before, @Nullable InstanceSnapshot after) {
        InstanceSnapshot instance = after == null ? before : after;
        if (instance != null) {
            machines.get(instance.namespace(), instance.name()).ifPresent(vm -> touch(vm, vm));
        }
    }

    @Override
    public void namespaceChanged(@Nullable NamespaceView before, @Nullable NamespaceView after) {
        NamespaceView namespace = after == null ? before : after;
        if (namespace == null) {
            return;
        }
        for (VirtualMachineSnapshot vm : machines.list()) {
            if (vm.namespace().equals(namespace.name())) {
                Set<String> concerned = new HashSet<>();
                addConcerned(concerned, vm, before);
                addConcerned(concerned, vm, after);
                touch(concerned, vm);
            }
        }
    }

    @Override
    public void anyMayHaveChanged() {
        machineIndex.forgetAll();
        claims.forgetMachines();
        touched.touchAll();
    }

    /** What runs on these nodes may be of another vendor than before, or another baseline's. */
    void nodesChanged(Set<String> nodes) {
        if (!nodes.isEmpty()) {
            instances.list().stream()
                    .filter(instance -> nodes.contains(instance.nodeName()))
                    .forEach(instance -> instanceChanged(instance, instance));
        }
    }

    /** A baseline that holds virtual machines, or held them, has come or gone, or wants others: each may be another one's now. */
    void touchHeldBy(String baseline) {
        String manager = Target.manager(baseline);
        machineIndex.heldBy(manager).stream().filter(vm -> vm.heldBy(manager)).forEach(this::touchForAll);
    }

    /** Of what a baseline selects or has selected, others may be the owners now. */
    private void touchShared(
            String baseline, @Nullable VirtualMachineIntent before, @Nullable VirtualMachineIntent after) {
        if (intents.keySet().stream().allMatch(baseline::equals)) {
            return;
        }
        if (before != null) {
            selected(before, Optional.empty()).all().forEach(this::touchForAll);
        }
        if (after != null) {
            selected(after, Optional.empty()).all().forEach(this::touchForAll);
        }
    }

    private void touchForAll(VirtualMachineSnapshot vm) {
        Set<String> concerned = new HashSet<>();
        addConcerned(concerned, vm, namespace(vm).orElse(null));
        touch(concerned, vm);
    }

    /**
     * Touches it for those whom the change concerns. Of several baselines that select it that is the one whose it is, as long as it stays the one:
     * to the others it is somebody else's, whatever is in it.
     */
    private void touch(@Nullable VirtualMachineSnapshot before, VirtualMachineSnapshot after) {
        NamespaceView namespace = namespace(after).orElse(null);
        Set<String> concerned = new HashSet<>();
        addConcerned(concerned, after, namespace);
        if (before != null && !before.equals(after)) {
            addConcerned(concerned, before, namespace);
        }
        ObjectName name = nameOf(after);
        Set<String> selecting = selecting(after, namespace);
        if (selecting.size() < 2) {
            claims.uncontested(name);
        } else {
            Belonging whose = whose(after, selecting);
            boolean stays = whose.baseline().equals(claims.assign(name, whose));
            if (before != null && stays && (before.equals(after) || selecting.equals(selecting(before, namespace)))) {
                concerned.removeAll(onlookers(before, after, whose, selecting));
            }
        }
        touch(concerned, after);
    }

    /** Those that select it, and neither own it nor hold anything in it. */
    private static Set<String> onlookers(
            VirtualMachineSnapshot before, VirtualMachineSnapshot after, Belonging whose, Set<String> selecting) {
        Set<String> onlookers = new HashSet<>(selecting);
        onlookers.removeIf(baseline -> whose.is(baseline)
                || before.heldBy(Target.manager(baseline))
                || after.heldBy(Target.manager(baseline)));
        return onlookers;
    }

    private void touch(Set<String> baselines, VirtualMachineSnapshot vm) {
        ObjectName name = nameOf(vm);
        for (String baseline : baselines) {
            touched.touch(baseline, name);
            wake.accept(baseline);
        }
    }

    /** Baselines that select a virtual machine, and those that hold something in it. */
    private void addConcerned(Set<String> concerned, VirtualMachineSnapshot vm, @Nullable NamespaceView namespace) {
        concerned.addAll(selecting(vm, namespace));
        vm.managers()
                .filter(Target::isBaselineManager)
                .map(Target::baselineOf)
                .filter(intents::containsKey)
                .forEach(concerned::add);
    }

    private Set<String> selecting(VirtualMachineSnapshot vm, @Nullable NamespaceView namespace) {
        return namespace == null ? Set.of() : index().selecting(namespace.labels(), vm.templateLabels());
    }

    private static ObjectName nameOf(VirtualMachineSnapshot vm) {
        return new ObjectName(vm.namespace(), vm.name());
    }

    // ---- whose they are

    @Override
    public Belonging whose(VirtualMachineSnapshot vm, String baseline) {
        Set<String> selecting = selecting(vm, namespace(vm).orElse(null));
        Belonging whose = whose(vm, selecting);
        if (selecting.size() < 2) {
            claims.uncontested(nameOf(vm));
        } else {
            String before = claims.assign(nameOf(vm), whose);
            if (before != null && !whose.is(before)) {
                Set<String> others = new HashSet<>(selecting);
                others.remove(baseline);
                touch(others, vm);
            }
        }
        return whose;
    }

    @Override
    public boolean adopts(VirtualMachineSnapshot vm) {
        return vm.annotations().adopt()
                || namespace(vm).map(NamespaceView::adopt).orElse(false);
    }

    @Override
    public long decidedFrom() {
        return claims.settledFrom();
    }

    private Belonging whose(VirtualMachineSnapshot vm, Set<String> selecting) {
        Map<String, String> labels = runsOn(vm).map(labelsOfNode).orElse(Map.of());
        List<Belonging.Claimant> claimants = selecting.stream()
                .map(baseline -> claims.claimant(baseline, hasNode(baseline, labels)))
                .toList();
        return Belonging.of(vm, !labels.isEmpty(), claimants);
    }

    private boolean hasNode(String baseline, Map<String, String> labels) {
        VirtualMachineIntent intent = intents.get(baseline);
        return intent != null
                && !labels.isEmpty()
                && intent.nodes().filter(nodes -> nodes.matches(labels)).isPresent();
    }

    private Optional<String> runsOn(VirtualMachineSnapshot vm) {
        return instances
                .get(vm.namespace(), vm.name())
                .filter(instance -> instance.live() && instance.virtualMachine().equals(vm.name()))
                .map(InstanceSnapshot::nodeName)
                .filter(node -> !node.isEmpty());
    }

    // ---- which have changed

    /** What may have changed for a baseline since this was last asked; nothing if that may be any virtual machine. */
    Optional<Set<ObjectName>> takeChanged(String baseline) {
        return touched.take(baseline);
    }

    /** Any virtual machine may have changed for a baseline. */
    void touchAll(String baseline) {
        touched.touchAll(baseline);
    }

    // ---- which they are

    /**
     * Virtual machines that are chosen by themselves.
     *
     * @param candidates all that may be chosen
     */
    private record Chosen(
            Views<VirtualMachineSnapshot> machines,
            Supplier<Collection<VirtualMachineSnapshot>> candidates,
            Predicate<VirtualMachineSnapshot> choice,
            Optional<Set<ObjectName>> changed)
            implements Selected {

        @Override
        public Collection<VirtualMachineSnapshot> all() {
            return candidates.get().stream().filter(choice).toList();
        }

        @Override
        public Optional<VirtualMachineSnapshot> get(ObjectName name) {
            return machines.get(name.namespace(), name.name()).filter(choice);
        }
    }

    /** No virtual machine at all. */
    private record Nobody() implements Selected {

        @Override
        public Collection<VirtualMachineSnapshot> all() {
            return List.of();
        }

        @Override
        public Optional<VirtualMachineSnapshot> get(ObjectName name) {
            return Optional.empty();
        }

        @Override
        public Optional<Set<ObjectName>> changed() {
            return Optional.empty();
        }
    }

    static Selected nobody() {
        return new Nobody();
    }

    /**
     * Those that are selected.
     *
     * @param changed those that may have changed; nothing if that may be any
     */
    Selected selected(VirtualMachineIntent intent, Optional<Set<ObjectName>> changed) {
        return new Chosen(
                machines,
                () -> machineIndex.candidates(intent.selector()),
                vm -> namespace(vm)
                        .filter(namespace -> selects(intent, namespace, vm))
                        .isPresent(),
                changed);
    }

    /** Those that carry something of this baseline, selected or not. */
    Selected held(String baseline, Optional<Set<ObjectName>> changed) {
        String manager = Target.manager(baseline);
        return new Chosen(machines, () -> machineIndex.heldBy(manager), vm -> isHeld(vm, manager), changed);
    }

    /** Whether any virtual machine carries something of this baseline. */
    boolean holdsAny(String baseline) {
        String manager = Target.manager(baseline);
        return machineIndex.heldBy(manager).stream().anyMatch(vm -> isHeld(vm, manager));
    }

    private static boolean isHeld(VirtualMachineSnapshot vm, String manager) {
        return !vm.deleting() && vm.heldBy(manager);
    }

    /**
     * What a baseline holds and is to give back: what has opted out, and, by its policy, what has left the selection, or all where it only
     * observes. A virtual machine whose namespace isn't known yet has left nothing.
     */
    Selected leaving(String baseline, VirtualMachineIntent intent, Optional<Set<ObjectName>> changed) {
        if (machines.state() != State.SYNCED || namespaces.state() != State.SYNCED) {
            return nobody();
        }
        String manager = Target.manager(baseline);
        return new Chosen(
                machines,
                () -> machineIndex.heldBy(manager),
                vm -> (intent.remove() || vm.optedOut())
                        && isHeld(vm, manager)
                        && (intent.patch() ? hasLeft(vm, intent) : namespace(vm).isPresent()),
                changed);
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

    /**
     * Another baseline has let go of a virtual machine if it is gone, if it no longer selects it and leaves its fields there, or if it selects it and it
     * isn't its own any more.
     */
    @Override
    public boolean letGo(VirtualMachineSnapshot vm, String manager) {
        String other = Target.baselineOf(manager);
        VirtualMachineIntent intent = intents.get(other);
        if (intent == null) {
            return !exists.test(other);
        }
        if (namespaces.state() != State.SYNCED) {
            return false;
        }
        Set<String> selecting = selecting(vm, namespace(vm).orElse(null));
        return selecting.contains(other) ? !whose(vm, selecting).is(other) : !intent.remove() && hasLeft(vm, intent);
    }
}
