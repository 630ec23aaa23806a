package io.cpubaseline.fleet;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.fleet.Eligibility.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The selected nodes of a cluster, judged and grouped into classes of identical CPUs. */
public final class Fleet {

    /** Reasons for which a node doesn't contribute though KubeVirt schedules by its labels, and nothing contradicts them. */
    private static final Set<Reason> STILL_LABELLED =
            EnumSet.of(Reason.LacksPinned, Reason.LabelsFrozen, Reason.LabelsOlderThanBoot, Reason.BelowMinimum);

    private final int selected;
    private final List<CpuClass> contributing;
    private final List<CpuClass> lackingPinned;
    private final List<CpuClass> carried;
    private final Map<State, Map<Reason, List<NodeCpu>>> others;

    /** Computed when it is first asked for; every thread would compute the same. */
    private @Nullable Targets targets;

    private Fleet(
            int selected,
            List<CpuClass> contributing,
            List<CpuClass> lackingPinned,
            List<CpuClass> carried,
            Map<State, Map<Reason, List<NodeCpu>>> others) {
        this.selected = selected;
        this.contributing = contributing;
        this.lackingPinned = lackingPinned;
        this.carried = carried;
        this.others = others;
    }

    /**
     * Judges nodes. The result does not depend on their order.
     *
     * @param nodes the selected nodes; those of other architectures than amd64 are left out
     * @param catalog the known models
     * @param criteria by what they are judged
     */
    public static Fleet assess(Collection<NodeCpu> nodes, CpuCatalog catalog, Criteria criteria) {
        Map<CpuEvidence, Group> groups = new HashMap<>();
        Map<State, Map<Reason, List<NodeCpu>>> others = new EnumMap<>(State.class);
        int selected = 0;
        for (NodeCpu node : inOrder(nodes)) {
            if (!node.amd64()) {
                continue;
            }
            selected++;
            Group group = group(groups, node.evidence(), catalog);
            Eligibility eligibility = group.judge(node, criteria);
            Reason reason = eligibility.reason();
            if (reason == null) {
                group.contributing.add(node);
            } else {
                others.computeIfAbsent(eligibility.state(), s -> new EnumMap<>(Reason.class))
                        .computeIfAbsent(reason, r -> new ArrayList<>())
                        .add(node);
                if (reason == Reason.LacksPinned) {
                    group.lackingPinned.add(node);
                } else if (eligibility.state() == State.UNKNOWN) {
                    carriedEvidence(node)
                            .map(evidence -> group(groups, evidence, catalog))
                            .filter(carrying -> carrying.reachesMinimum(criteria))
                            .ifPresent(carrying -> carrying.carried.add(node));
                }
            }
        }
        return new Fleet(
                selected,
                classes(groups, group -> group.contributing),
                classes(groups, group -> group.lackingPinned),
                classes(groups, group -> group.carried),
                others);
    }

    /** Without a lambda, which would cost more per node than all the rest: this runs for every node. */
    private static Group group(Map<CpuEvidence, Group> groups, CpuEvidence evidence, CpuCatalog catalog) {
        Group known = groups.get(evidence);
        if (known == null) {
            known = new Group(evidence, catalog);
            groups.put(evidence, known);
        }
        return known;
    }

    /** How many nodes are selected. */
    public int selected() {
        return selected;
    }

    /** Classes of the contributing nodes, the biggest first. */
    public List<CpuClass> contributing() {
        return contributing;
    }

    /** Classes of nodes where the pinned baseline can't land: they count for the candidate only. */
    public List<CpuClass> lackingPinned() {
        return lackingPinned;
    }

    /**
     * Classes of unknown nodes that still carry complete labels or whose last evidence is known, but for those that would be unfit by it: they
     * may limit a first answer and a raise, since KubeVirt schedules by these labels, and never lower anything.
     */
    public List<CpuClass> carried() {
        return carried;
    }

    /** Nodes of that state (not contributing), sorted by name, by reason. */
    public Map<Reason, List<NodeCpu>> byReason(State state) {
        return others.getOrDefault(state, Map.of());
    }

    /** How many nodes are in that state. */
    public int count(State state) {
        if (state == State.CONTRIBUTING) {
            return contributing.stream().mapToInt(c -> c.nodes().size()).sum();
        }
        return byReason(state).values().stream().mapToInt(List::size).sum();
    }

    /**
     * Where guests can land now: nodes that are healthy, not cordoned, and not contradicted by other evidence, by the labels that KubeVirt
     * schedules by.
     */
    public Targets targets() {
        Targets known = targets;
        if (known == null) {
            List<List<NodeCpu>> contributors =
                    contributing.stream().map(CpuClass::nodes).toList();
            List<List<NodeCpu>> left = others.values().stream()
                    .flatMap(byReason -> byReason.values().stream())
                    .toList();
            Stream<List<NodeCpu>> labelled = others.values().stream()
                    .flatMap(byReason -> byReason.entrySet().stream())
                    .filter(reason -> STILL_LABELLED.contains(reason.getKey()))
                    .map(Map.Entry::getValue);
            known = Targets.of(
                    Stream.concat(contributors.stream(), labelled).toList(),
                    Stream.concat(contributors.stream(), left.stream()).toList());
            targets = known;
        }
        return known;
    }

    /** On how many selected nodes a virtual machine with this baseline can land now. */
    public int schedulable(Criteria.Pin pin) {
        return targets().of(pin, NodeDemand.none()).nodes();
    }

    private static Optional<CpuEvidence> carriedEvidence(NodeCpu node) {
        return node.evidence().hasKubeVirtLabels()
                ? Optional.of(node.evidence())
                : Optional.ofNullable(node.lastKnown());
    }

    private static Collection<NodeCpu> inOrder(Collection<NodeCpu> nodes) {
        String last = "";
        for (NodeCpu node : nodes) {
            if (node.name().compareTo(last) < 0) {
                return nodes.stream()
                        .sorted(Comparator.comparing(NodeCpu::name))
                        .toList();
            }
            last = node.name();
        }
        return nodes;
    }

    private interface Members {
        List<NodeCpu> of(Group group);
    }

    private static List<CpuClass> classes(Map<CpuEvidence, Group> groups, Members members) {
        List<CpuClass> classes = new ArrayList<>();
        for (Group group : groups.values()) {
            if (!members.of(group).isEmpty()) {
                classes.add(new CpuClass(group.probe.evidence(), group.probe.usable(), List.copyOf(members.of(group))));
            }
        }
        classes.sort(CpuClass.BIGGEST_FIRST);
        return List.copyOf(classes);
    }

    /** Nodes of identical evidence, with the findings that are the same for all of them. */
    private static final class Group {

        private final CpuClass probe;
        private final List<NodeCpu> contributing = new ArrayList<>();
        private final List<NodeCpu> lackingPinned = new ArrayList<>();
        private final List<NodeCpu> carried = new ArrayList<>();
        private final Map<NodeState, Eligibility> judged = new LinkedHashMap<>();
        private @Nullable Boolean reachesMinimum;
        private @Nullable NodeCpu last;
        private Eligibility lastEligibility = Eligibility.contributes();

        Group(CpuEvidence evidence, CpuCatalog catalog) {
            this.probe = new CpuClass(evidence, CpuClass.usable(evidence, catalog), List.of());
        }

        boolean reachesMinimum(Criteria criteria) {
            Boolean known = reachesMinimum;
            if (known == null) {
                known = criteria.reachesMinimum(probe);
                reachesMinimum = known;
            }
            return known;
        }

        Eligibility judge(NodeCpu node, Criteria criteria) {
            // Most nodes of a class are in the same state as the one before.
            NodeCpu before = last;
            if (before != null && sameState(before, node)) {
                return lastEligibility;
            }
            lastEligibility = judgeState(node, criteria);
            last = node;
            return lastEligibility;
        }

        private static boolean sameState(NodeCpu one, NodeCpu other) {
            return one.ready() == other.ready()
                    && one.schedulable() == other.schedulable()
                    && one.frozen() == other.frozen()
                    && one.labelsOlderThanBoot() == other.labelsOlderThanBoot()
                    && one.kvm() == other.kvm();
        }

        private Eligibility judgeState(NodeCpu node, Criteria criteria) {
            NodeState state = new NodeState(
                    node.ready(), node.schedulable(), node.frozen(), node.labelsOlderThanBoot(), node.kvm());
            @Nullable Eligibility known = judged.get(state);
            if (known != null) {
                return known;
            }
            Eligibility eligibility = NodeCheck.ALL.stream()
                    .flatMap(check -> check.check(node, probe, criteria).stream())
                    .findFirst()
                    .orElse(Eligibility.contributes());
            judged.put(state, eligibility);
            return eligibility;
        }
    }

    /** All of a node that the checks look at, beside its evidence. */
    private record NodeState(Truth ready, Truth schedulable, boolean frozen, boolean olderThanBoot, Truth kvm) {}
}
