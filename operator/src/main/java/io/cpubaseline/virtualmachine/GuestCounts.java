package io.cpubaseline.virtualmachine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts virtual machines by all that KubeVirt selects nodes by: thousands of them are of a few kinds. */
public final class GuestCounts {

    private static final int EXAMPLES = 5;

    private final Map<GuestKind, Guests> kinds = new HashMap<>();

    /** Virtual machines of a kind. */
    public static final class Guests {
        private int count;
        private final List<String> examples = new ArrayList<>();

        /** How many. */
        public int count() {
            return count;
        }

        /** The first five that were counted, as {@code namespace/name}. */
        public List<String> examples() {
            return List.copyOf(examples);
        }
    }

    /** Counts virtual machines of one kind. */
    void count(GuestKind kind, int times) {
        kinds.computeIfAbsent(kind, k -> new Guests()).count += times;
    }

    /** The names for a kind that is counted. */
    void examples(GuestKind kind, List<String> names) {
        kinds.computeIfAbsent(kind, k -> new Guests()).examples.addAll(names);
    }

    /**
     * Counts one, unless KubeVirt places it on no amd64 node, or no more.
     *
     * @param action what is done with it
     * @param running its instance; null if it has none
     */
    public void look(VirtualMachineSnapshot vm, Action action, @Nullable InstanceSnapshot running, Target target) {
        if (vm.deleting() || !vm.architecture().isEmpty() && !vm.architecture().equals("amd64")) {
            return;
        }
        InstanceSnapshot alive = running == null || !running.live() ? null : running;
        Guests guests = kinds.computeIfAbsent(GuestKind.of(vm, action, alive, target), kind -> new Guests());
        guests.count++;
        if (guests.examples.size() < EXAMPLES) {
            guests.examples.add(vm.namespace() + "/" + vm.name());
        }
    }

    /** The kinds that there are. */
    public Map<GuestKind, Guests> kinds() {
        return Map.copyOf(kinds);
    }
}
