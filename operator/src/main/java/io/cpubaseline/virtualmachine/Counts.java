package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import io.cpubaseline.fleet.NodeCapacity;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The counts of virtual machines that come, change and go: each of these costs the same, however many there are. Those with equal looks are
 * counted together. Not safe for use by several threads.
 */
public final class Counts {

    private static final Comparator<VirtualMachineSnapshot> BY_NAME =
            Comparator.comparing(VirtualMachineSnapshot::namespace).thenComparing(VirtualMachineSnapshot::name);

    private final Map<Look, Group> groups = new HashMap<>();

    /** How many ask for how much: of those that KubeVirt places on nodes. Thousands of virtual machines have a few sizes. */
    private final Map<NodeCapacity, Integer> sizes = new HashMap<>();

    /** What the API server said of writes that are going to be tried again. */
    private final NavigableMap<VirtualMachineSnapshot, String> failures = new TreeMap<>(BY_NAME);

    /** Virtual machines with equal looks, by namespace and name, each with what it asks for. */
    private record Group(Look look, NavigableMap<VirtualMachineSnapshot, NodeCapacity> members) {}

    /**
     * Counts one that isn't counted yet.
     *
     * @param size its virtual CPUs and memory; nothing if not known
     * @param words what the API server said, if its write has failed and is going to be tried again; else empty
     * @return an equal look, to be kept for {@link #remove}: all equal ones are the same object
     */
    public Look add(VirtualMachineSnapshot vm, Look look, NodeCapacity size, String words) {
        Group group = groups.computeIfAbsent(look, one -> new Group(one, new TreeMap<>(BY_NAME)));
        group.members().put(vm, size);
        if (look.kind() != null) {
            sizes.merge(size, 1, Integer::sum);
        }
        if (look.retried()) {
            failures.put(vm, words);
        }
        return group.look();
    }

    /** No longer counts one that was counted with that look. */
    public void remove(VirtualMachineSnapshot vm, Look look) {
        Group group = groups.get(look);
        NodeCapacity size = group == null ? null : group.members().remove(vm);
        if (group == null || size == null) {
            throw new IllegalStateException("not counted: " + nameOf(vm));
        }
        if (look.kind() != null) {
            sizes.computeIfPresent(size, (one, count) -> count == 1 ? null : count - 1);
        }
        if (group.members().isEmpty()) {
            groups.remove(look);
        }
        if (look.retried()) {
            failures.remove(vm);
        }
    }

    /** The counts as they are now. What it costs grows with the number of different looks. */
    public Tally tally() {
        Tally tally = new Tally();
        Map<Reason, NavigableSet<VirtualMachineSnapshot>> examples = new EnumMap<>(Reason.class);
        Map<GuestKind, NavigableSet<VirtualMachineSnapshot>> guests = new HashMap<>();
        for (Group group : groups.values()) {
            int size = group.members().size();
            Look look = group.look();
            tally.count(look, size);
            if (look.reason() != null) {
                first(group, examples.computeIfAbsent(look.reason(), r -> new TreeSet<>(BY_NAME)));
            }
            for (Reason note : look.notes()) {
                first(group, examples.computeIfAbsent(note, r -> new TreeSet<>(BY_NAME)));
            }
            if (look.kind() != null) {
                tally.guests().count(look.kind(), size);
                first(group, guests.computeIfAbsent(look.kind(), k -> new TreeSet<>(BY_NAME)));
            }
        }
        sizes.forEach(tally::asks);
        examples.forEach((reason, first) -> tally.examples(reason, names(first)));
        guests.forEach((kind, first) -> tally.guests().examples(kind, names(first)));
        if (!failures.isEmpty()) {
            tally.failure(nameOf(failures.firstKey()), failures.firstEntry().getValue());
        }
        return tally;
    }

    /** Adds the first few of a group. */
    private static void first(Group group, NavigableSet<VirtualMachineSnapshot> few) {
        Iterator<VirtualMachineSnapshot> members =
                group.members().navigableKeySet().iterator();
        for (int i = 0; i < Tally.EXAMPLES && members.hasNext(); i++) {
            few.add(members.next());
        }
        while (few.size() > Tally.EXAMPLES) {
            few.pollLast();
        }
    }

    private static List<String> names(NavigableSet<VirtualMachineSnapshot> vms) {
        return vms.stream().map(Counts::nameOf).toList();
    }

    private static String nameOf(VirtualMachineSnapshot vm) {
        return vm.namespace() + "/" + vm.name();
    }
}
