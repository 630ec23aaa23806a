package io.cpubaseline.fleet;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.fleet.Eligibility.State;
import java.time.Instant;
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
    private final Outside outside;
    private final Oddities oddities;

    /** Nodes that are none of KubeVirt's, and when the first one was created that may still become one. */
    private record Outside(List<NodeCpu> nodes, @Nullable Instant firstWaitedFor) {}

    /** Computed when it is first asked for; every thread would compute the same. */
    private @Nullable Targets targets;

    private Fleet(
            int selected,
            List<CpuClass> contributing,
            List<CpuClass> lackingPinned,
            List<CpuClass> carried,
            Map<State, Map<Reason, List<NodeCpu>>> others,
            Outside outside,
            Oddities oddities) {
        this.selected = selected;
        this.contributing = contributing;
        this.lackingPinned = lackingPinned;
        this.carried = carried;
        this.others = others;
        this.outside = outside;
        this.oddities = oddities;
    }

    /**
     * Judges nodes. The result does not depend on their order.
     *
     * @param nodes the selected nodes; those of other architectures than amd64 are left out, those that KubeVirt doesn't use are counted apart
     * @param catalog the known models
     * @param criteria by what they are judged
     */
    public static Fleet assess(Collection<NodeCpu> nodes, CpuCatalog catalog, Criteria criteria) {
        Map<CpuEvidence, Group> groups = new HashMap<>();
        Map<State, Map<Reason, List<NodeCpu>>> others = new EnumMap<>(State.class);
        List<NodeCpu> withoutKubeVirt = new ArrayList<>();
        Oddities.Collector odd = new Oddities.Collector();
        Instant firstWaitedFor = null;
        int selected = 0;
        for (NodeCpu node : inOrder(nodes)) {
            if (!node.amd64()) {
                continue;
            }
            if (!node.linux() || !node.ofKubeVirt()) {
                if (!node.linux() || !node.created().isAfter(criteria.newSince())) {
                    withoutKubeVirt.add(node);
                    continue;
                }
                firstWaitedFor = firstWaitedFor == null || node.created().isBefore(firstWaitedFor)
                        ? node.created()
                        : firstWaitedFor;
            }
            selected++;
            Group group = group(groups, node.evidence(), catalog, criteria);
            if (group.odd || !node.leftovers().isEmpty()) {
                odd.look(node);
            }
            Eligibility eligibility = group.judge(node, criteria);
            Reason reason = eligibility.reason();
            if (reason == null) {
                group.contributing.add(node);
            } else {
                others.computeIfAbsent(eligibility.state(), s -> new EnumMap<>(Reason.class))
                        .computeIfAbsent(reason, r -> new ArrayList<>())
                        .add(node);
                if (reason == Reason.EvidenceConflict && group.contradiction != null) {
                    odd.contradicted(group.contradiction, node);
                }
                if (reason == Reason.LacksPinned) {
                    group.lackingPinned.add(node);
                } else if (eligibility.state() == State.UNKNOWN) {
                    carriedEvidence(node)
                            .map(evidence -> group(groups, evidence, catalog, criteria))
                            .filter(carrying -> carrying.mayLimit(criteria))
                            .ifPresent(carrying -> carrying.carried.add(node));
                }
            }
        }
        return new Fleet(
                selected,
                classes(groups, group -> group.contributing),
                classes(groups, group -> group.lackingPinned),
                classes(groups, group -> group.carried),
                others,
                new Outside(List.copyOf(withoutKubeVirt), firstWaitedFor),
                odd.all());
    }

    /** Without a lambda, which would cost more per node than all the rest: this runs for every node. */
    private static Group group(
            Map<CpuEvidence, Group> groups, CpuEvidence evidence, CpuCatalog catalog, Criteria criteria) {
        Group known = groups.get(evidence);
        if (known == null) {
            known = new Group(evidence, catalog, criteria);
            groups.put(evidence, known);
        }
        return known;
    }

    /** How many nodes are selected and KubeVirt's, or may still become so. */
    public int selected() {
        return selected;
    }

    /** Nodes that KubeVirt doesn't use, sorted by name: control planes without virt-handler, Windows. They count for nothing. */
    public List<NodeCpu> withoutKubeVirt() {
        return outside.nodes();
    }

    /** When the first of the nodes was created that KubeVirt doesn't use yet and that are waited for; null if there is none. */
    public @Nullable Instant firstWaitedFor() {
        return outside.firstWaitedFor();
    }

    /** What is odd about selected nodes. */
    public Oddities oddities() {
        return oddities;
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
     * Classes of unknown nodes that still carry complete labels or whose last evidence is known, but for those that would be unfit by it and for
     * labels of another CPU: they may limit a first answer and a raise, since KubeVirt schedules by these labels, and never lower anything.
     */
    public List<CpuClass> carried() {
        return carried;
    }

    /** Nodes of that state (not contributing), sorted by name, by reason. */
    public Map<Reason, List<NodeCpu>> byReason(State state) {
        return others.getOrDefault(state, Map.of());
    }

    /** The names of unknown nodes that neither carry KubeVirt's labels nor are remembered with any, sorted. */
    public List<String> unseen() {
        return byReason(State.UNKNOWN).values().stream()
                .flatMap(List::stream)
                .filter(node -> carriedEvidence(node).isEmpty())
                .map(NodeCpu::name)
                .sorted()
                .toList();
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

    /**
     * How much of what the selected nodes give is on nodes that have the labels for this baseline: those that are cordoned, rebooting or not
     * ready count, since they come back; contradicted ones and those without KVM don't.
     */
    public CapacityShare able(Criteria.Pin pin) {
        NodeCapacity able = NodeCapacity.none();
        for (List<CpuClass> classes : List.of(contributing, lackingPinned)) {
            for (CpuClass cpuClass : classes) {
                if (cpuClass.offers(pin)) {
                    for (NodeCpu node : cpuClass.nodes()) {
                        able = able.plus(node.host().capacity());
                    }
                }
            }
        }
        for (Map.Entry<Reason, List<NodeCpu>> unknown : byReason(State.UNKNOWN).entrySet()) {
            for (NodeCpu node : unknown.getKey() == Reason.EvidenceConflict ? List.<NodeCpu>of() : unknown.getValue()) {
                if (pin.offeredBy(node.evidence())) {
                    able = able.plus(node.host().capacity());
                }
            }
        }
        return new CapacityShare(able, targets().selected());
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
        private final boolean odd;
        private @Nullable Boolean mayLimit;
        private final @Nullable Contradiction contradiction;
        private @Nullable NodeCpu last;
        private Eligibility lastEligibility = Eligibility.contributes();

        Group(CpuEvidence evidence, CpuCatalog catalog, Criteria criteria) {
            this.probe = new CpuClass(evidence, evidence.usable(catalog), List.of());
            this.odd = evidence.odd();
            this.contradiction =
                    criteria.contradictions().find(evidence, probe.usable()).orElse(null);
        }

        /** Whether labels that an unknown node carries may limit an answer. */
        boolean mayLimit(Criteria criteria) {
            Boolean known = mayLimit;
            if (known == null) {
                known = (contradiction == null || !contradiction.labelsOfAnotherCpu())
                        && criteria.reachesMinimum(probe);
                mayLimit = known;
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
