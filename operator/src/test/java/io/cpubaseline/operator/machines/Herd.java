package io.cpubaseline.operator.machines;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.testing.ManualClock;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Tallies;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Virtual machines of several baselines, which look at them when they are woken, as the controller does; every look is counted. */
final class Herd implements VirtualMachineAligner.Notices {

    final RunOptions options = Options.quick();
    final ManualClock clock = new ManualClock();
    final ScriptedWrites writes = new ScriptedWrites();
    final FakeViews<VirtualMachineSnapshot> machines = new FakeViews<>();
    final FakeViews<InstanceSnapshot> instances = new FakeViews<>();
    final FakeViews<NamespaceView> namespaces = new FakeViews<>();
    final Map<String, String> vendors = new HashMap<>();
    private final Map<String, Map<String, String>> labels = new HashMap<>();

    /** All baselines that there are. */
    final Map<String, Wish> baselines = new TreeMap<>();

    /** What each baseline has counted at its last look. */
    final Map<String, String> counted = new TreeMap<>();

    private final Set<String> woken = new TreeSet<>();
    private final Map<String, Long> due = new HashMap<>();
    private final WriteQueue queue = new WriteQueue(writes, clock::nanoTime);
    private final Claimants claims;
    private final Selections selections;
    private final Alignments alignments;
    private int looks;

    /** One where no baseline waits for others to come. */
    Herd() {
        this(Duration.ZERO);
    }

    /** @param newFor how long another baseline may come after one */
    Herd(Duration newFor) {
        claims = new Claimants(clock::nanoTime, newFor);
        selections = selections(woken::add, claims);
        alignments = alignments(selections);
    }

    private Selections selections(Consumer<String> wake, Claimants of) {
        return new Selections(
                machines,
                instances,
                namespaces,
                baselines::containsKey,
                wake,
                node -> labels.getOrDefault(node, Map.of()),
                of);
    }

    /** What a baseline wants. */
    record Wish(@Nullable VirtualMachineIntent intent, Target target, boolean write) {}

    private Alignments alignments(Selections of) {
        Running running = new Running(
                name -> {
                    looks++;
                    return instances.get(name.namespace(), name.name()).orElse(null);
                },
                node -> vendors.getOrDefault(node, ""));
        return new Alignments(of, running, queue, this, woken::add, options, clock);
    }

    @Override
    public void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message) {}

    @Override
    public void written(String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome) {}

    // ---- events

    void machine(String namespace, String name, @Nullable VirtualMachineSnapshot vm) {
        selections.machineChanged(machines.set(namespace, name, vm), vm);
    }

    void instance(String namespace, String name, @Nullable InstanceSnapshot instance) {
        selections.instanceChanged(instances.set(namespace, name, instance), instance);
    }

    void namespace(String name, @Nullable Map<String, String> labels) {
        NamespaceView view = labels == null ? null : new NamespaceView(name, labels, false, "");
        selections.namespaceChanged(namespaces.set("", name, view), view);
    }

    void node(String name, String vendor) {
        if (!vendor.equals(vendors.put(name, vendor))) {
            labels.put(name, vendor.isEmpty() ? Map.of() : Map.of("vendor", vendor));
            selections.nodesChanged(Set.of(name));
        }
    }

    /** How many cores a baseline's nodes have. */
    void cores(String baseline, long cores) {
        claims.reach(baseline, cores);
    }

    /** A baseline comes, wants something else, or goes. */
    void baseline(String name, @Nullable Wish wish) {
        boolean existed = baselines.containsKey(name);
        if (wish == null) {
            baselines.remove(name);
            alignments.forget(name);
            selections.remember(name, null);
            counted.remove(name);
            due.remove(name);
        } else {
            baselines.put(name, wish);
            selections.remember(name, wish.intent());
            woken.add(name);
        }
        if (existed != baselines.containsKey(name)) {
            selections.touchHeldBy(name);
        }
    }

    // ---- looks

    /** Lets every baseline look that is woken, or whose time has come. */
    void settle() {
        // As the queue does by itself when a pause is over.
        queue.send();
        due.forEach((baseline, at) -> {
            if (at <= clock.nanoTime()) {
                woken.add(baseline);
            }
        });
        while (!woken.isEmpty()) {
            String baseline = woken.iterator().next();
            woken.remove(baseline);
            Wish wish = baselines.get(baseline);
            if (wish != null) {
                counted.put(baseline, look(alignments, baseline, wish));
            }
        }
    }

    private String look(Alignments those, String baseline, Wish wish) {
        due.remove(baseline);
        if (wish.intent() == null) {
            those.forget(baseline);
            return "";
        }
        Alignments.Result result =
                those.align(baseline, wish.intent(), wish.target(), wish.write(), wish.write(), false);
        for (VirtualMachineAligner.Result one :
                new VirtualMachineAligner.Result[] {result.selected(), result.leaving()}) {
            Duration next = one.next();
            if (next != null) {
                // It is rounded up by a millisecond.
                due.merge(baseline, clock.nanoTime() + next.minusMillis(1).toNanos(), Math::min);
            }
        }
        return text(result);
    }

    private static String text(Alignments.Result result) {
        return "%s\nleaving\n%s"
                .formatted(
                        Tallies.text(result.selected().tally()),
                        Tallies.text(result.leaving().tally()));
    }

    /** What each baseline counts by looking at all that there is. */
    Map<String, String> lookedAtAll() {
        Map<String, String> all = new TreeMap<>();
        baselines.forEach((baseline, wish) -> {
            selections.touchAll(baseline);
            all.put(baseline, look(alignments, baseline, wish));
        });
        return all;
    }

    /** What each baseline counts that has just been started, and writes nothing. */
    Map<String, String> fromNothing() {
        Selections anew = selections(name -> {}, new Claimants(clock::nanoTime, Duration.ZERO));
        Alignments started = alignments(anew);
        baselines.forEach((baseline, wish) -> anew.remember(baseline, wish.intent()));
        Map<String, String> all = new TreeMap<>();
        baselines.forEach((baseline, wish) -> all.put(
                baseline,
                wish.intent() == null
                        ? ""
                        : text(started.align(baseline, wish.intent(), wish.target(), false, false, false))));
        return all;
    }

    /** How many looks at virtual machines there have been since this was last asked. */
    int takeLooks() {
        int taken = looks;
        looks = 0;
        return taken;
    }
}
