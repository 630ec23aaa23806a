package io.cpubaseline.whatif;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.scheduling.Background;
import io.cpubaseline.scheduling.Guest;
import io.cpubaseline.scheduling.Rendering;
import io.cpubaseline.scheduling.Room;
import io.cpubaseline.scheduling.RunningGuest;
import io.cpubaseline.scheduling.Source;
import io.cpubaseline.scheduling.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What becomes of virtual machines that run, while they keep the CPU with which they run. How full nodes are is not looked at.
 *
 * @param looked how many were looked at
 * @param elsewhere how many run on nodes that are not among those that there are
 * @param byFate those to whom something happens, sorted by name
 */
public record Moves(int looked, int elsewhere, Map<Fate, List<Move>> byFate) {

    /** What happens to a virtual machine; the worst first. */
    public enum Fate {
        /** Its node goes or changes, and no other node can take it as it runs. */
        MustRestart,
        /** Its node stays; it could migrate, and can't any more. */
        LosesAllTargets,
        /** Its node goes or changes, and others can take it. */
        MustMove,
        /** Fewer nodes can take it. */
        LosesTargets,
        /** It could not migrate, and can. */
        GainsFirstTarget,
        /** More nodes can take it. */
        GainsTargets
    }

    /**
     * A virtual machine to whom something happens.
     *
     * @param before how many other nodes could take it
     * @param after how many other nodes can
     */
    public record Move(RunningGuest guest, int before, int after) {}

    /** What decides where a guest can migrate: what it asks, and what of its node's labels KubeVirt passes on to the target's pod. */
    private record Kind(Guest guest, Map<String, String> ofNode) {

        static Kind of(RunningGuest guest, NodeCpu node) {
            return new Kind(
                    guest.guest(),
                    node.labels().entrySet().stream()
                            .filter(label -> label.getKey().startsWith("host-model")
                                    || label.getKey().startsWith("cpu-vendor"))
                            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
        }
    }

    /** Makes the map immutable. */
    public Moves {
        byFate = Collections.unmodifiableMap(byFate);
    }

    /** Finds out, for guests that run before some nodes change. */
    public static Moves of(
            Collection<RunningGuest> guests,
            Collection<NodeCpu> before,
            Collection<NodeCpu> after,
            Collection<NodeChange> changes) {
        Map<String, NodeCpu> nodes =
                before.stream().collect(Collectors.toMap(NodeCpu::name, Function.identity(), (one, other) -> one));
        Set<String> leaving = changes.stream()
                .filter(change -> change.kind() != NodeChange.Kind.Added)
                .map(NodeChange::name)
                .collect(Collectors.toCollection(HashSet::new));
        Map<Kind, Set<String>> openBefore = new HashMap<>();
        Map<Kind, Set<String>> openAfter = new HashMap<>();
        Map<Fate, List<Move>> byFate = new EnumMap<>(Fate.class);
        int elsewhere = 0;
        for (RunningGuest guest : guests.stream()
                .sorted(Comparator.comparing(RunningGuest::qualifiedName))
                .toList()) {
            NodeCpu node = nodes.get(guest.node());
            if (node == null) {
                elsewhere++;
                continue;
            }
            Kind kind = Kind.of(guest, node);
            int could = others(openBefore.computeIfAbsent(kind, any -> open(guest.guest(), node, before)), node);
            int can = others(openAfter.computeIfAbsent(kind, any -> open(guest.guest(), node, after)), node);
            fate(leaving.contains(guest.node()), could, can)
                    .ifPresent(fate -> byFate.computeIfAbsent(fate, any -> new ArrayList<>())
                            .add(new Move(guest, could, can)));
        }
        return new Moves(guests.size(), elsewhere, byFate);
    }

    private static Optional<Fate> fate(boolean leaves, int could, int can) {
        if (leaves) {
            return Optional.of(can == 0 ? Fate.MustRestart : Fate.MustMove);
        }
        if (could == can) {
            return Optional.empty();
        }
        if (can == 0) {
            return Optional.of(Fate.LosesAllTargets);
        }
        if (can < could) {
            return Optional.of(Fate.LosesTargets);
        }
        return Optional.of(could == 0 ? Fate.GainsFirstTarget : Fate.GainsTargets);
    }

    private static int others(Set<String> open, NodeCpu node) {
        return open.size() - (open.contains(node.name()) ? 1 : 0);
    }

    /** Which nodes can take it, by KubeVirt's own selectors. */
    private static Set<String> open(Guest guest, NodeCpu from, Collection<NodeCpu> nodes) {
        List<NodeCpu> ofKubeVirt = nodes.stream()
                .filter(node -> node.schedulable() != Truth.UNKNOWN)
                .toList();
        SchedulingRules rules = SchedulingRules.of("", false, "", false, 0);
        Source source = new Source(from.name(), from.labels(), Map.of());
        return Verdict.of(
                        new Rendering(rules).target(guest, NodeCapacity.none(), source, true),
                        new Background(guest, rules, source, true),
                        ofKubeVirt,
                        Room.empty())
                .open()
                .stream()
                .map(NodeCpu::name)
                .collect(Collectors.toUnmodifiableSet());
    }
}
