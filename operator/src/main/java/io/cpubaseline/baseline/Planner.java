package io.cpubaseline.baseline;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.fleet.Contradiction;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From nodes and a policy to an explained answer: the one entry that the operator and the command line share. */
public final class Planner {

    private static final int NODES_NAMED = 5;
    private static final int REMEMBERED = 16;

    private final Selection selection;
    private final Explainer explainer;
    private final Contradiction.Rules contradictions;
    private final Map<Question, Reasoned> answered = lastOnes();
    private final LastFleets lastFleets = new LastFleets();

    /** For as long as some node has the evidence; of each, for the policies that asked last. */
    private final Map<CpuEvidence, Map<Policy, AbiLevel>> bestLevels = new WeakHashMap<>();

    /** What an answer depends on. */
    private record Question(Set<CpuEvidence> evidence, Policy policy) {}

    /** An answer to a question, with its explanation. */
    private record Reasoned(Answer answer, Explanation explanation) {

        /** What is remembered must not keep the nodes of former times, labels and all. */
        Reasoned withoutNodes(List<CpuClass> classes) {
            List<CpuClass> empty = classes.stream()
                    .map(cpuClass -> new CpuClass(cpuClass.evidence(), cpuClass.usable(), List.of()))
                    .toList();
            return new Reasoned(answer, explanation.about(List.of(), empty));
        }
    }

    /** A planner by these tables. */
    public Planner(Selection selection) {
        this.selection = selection;
        this.explainer = new Explainer(selection);
        this.contradictions = new Contradiction.Rules(
                selection.catalog().levels().all().minus(selection.rules().neverContradicted()),
                selection.rules().droppedEarly(),
                selection.rules().cameLater());
    }

    /** The tables of models and features. */
    public CpuCatalog catalog() {
        return selection.catalog();
    }

    /** The tables that steer the selection. */
    public SelectionRules rules() {
        return selection.rules();
    }

    /** Judges the nodes where there is no clock: a node that KubeVirt doesn't use is not waited for. */
    public Fleet assess(Collection<NodeCpu> nodes, Policy policy, Criteria.@Nullable Pin pin) {
        return assess(nodes, policy, pin, Instant.MAX);
    }

    /**
     * Judges the nodes: who contributes, who is unknown or unfit, and why.
     *
     * @param nodes the selected nodes
     * @param policy what the user asks for
     * @param pin the pinned baseline; null before the first adoption
     * @param newSince a node that was created after that may still become KubeVirt's
     */
    public Fleet assess(Collection<NodeCpu> nodes, Policy policy, Criteria.@Nullable Pin pin, Instant newSince) {
        return Fleet.assess(
                nodes,
                selection.catalog(),
                new Criteria(policy.minimum(), cpuClass -> bestLevel(cpuClass, policy), contradictions, pin, newSince));
    }

    /**
     * The same, remembered for as long as it is asked for: nodes that are judged again in the same way are not looked at.
     *
     * @param nodes never changes: another list is other nodes
     */
    public Fleet assessed(List<NodeCpu> nodes, Policy policy, Criteria.@Nullable Pin pin, Instant newSince) {
        return lastFleets.find(nodes, policy, pin, newSince).orElseGet(() -> {
            Fleet fleet = assess(nodes, policy, pin, newSince);
            lastFleets.keep(nodes, policy, pin, newSince, fleet);
            return fleet;
        });
    }

    /** The answer for the contributing nodes, those that lack the pinned baseline included: what a new baseline would be. */
    public Plan plan(Fleet fleet, Policy policy) {
        return plan(fleet, merged(List.of(fleet.contributing(), fleet.lackingPinned())), policy);
    }

    /** As {@link #plan}, limited by unknown nodes that still carry labels: what a first adoption or a raise may be. */
    public Plan cautious(Fleet fleet, Policy policy) {
        boolean nobodyToLimit =
                fleet.contributing().isEmpty() && fleet.lackingPinned().isEmpty();
        return nobodyToLimit
                ? plan(fleet, policy)
                : plan(fleet, merged(List.of(fleet.contributing(), fleet.lackingPinned(), fleet.carried())), policy);
    }

    /** What a class brings into each combination that it is in. */
    public CommonGround ground(CpuClass cpuClass) {
        return new CommonGround(selection.common(List.of(cpuClass)));
    }

    /**
     * The bare answer for classes that have this in common: as {@link #plan} gives it, but for the rule about vendors, for names of nodes in
     * words, and for the explanation.
     */
    public Answer answer(CommonGround ground, Policy policy) {
        return selection.select(ground.common(), policy);
    }

    /** All these classes, one per evidence, the biggest first: only so does leaving one out say what it costs. */
    private static List<CpuClass> merged(List<List<CpuClass>> parts) {
        List<List<CpuClass>> filled =
                parts.stream().filter(part -> !part.isEmpty()).toList();
        if (filled.size() == 1) {
            return filled.get(0);
        }
        Map<CpuEvidence, CpuClass> byEvidence = new HashMap<>();
        for (List<CpuClass> part : parts) {
            part.forEach(cpuClass -> byEvidence.merge(cpuClass.evidence(), cpuClass, CpuClass::and));
        }
        return byEvidence.values().stream().sorted(CpuClass.BIGGEST_FIRST).toList();
    }

    private Plan plan(Fleet fleet, List<CpuClass> classes, Policy policy) {
        Reasoned reasoned = classes.isEmpty()
                ? reason(classes, policy, nobodyContributes(fleet, policy))
                : reasoned(classes, policy);
        Answer answer = named(reasoned.answer(), classes);
        if (policy.vendors() == Policy.Vendors.Single) {
            SortedMap<String, List<CpuClass>> byVendor = Explainer.byVendor(classes);
            // A node that doesn't tell its vendor limits the answer like any other, but proves no second vendor.
            if (Explainer.severalVendors(byVendor.keySet())) {
                answer = new NoBaseline(Reason.VendorsMixed, vendorsMixed(byVendor));
            }
        }
        return new Plan(fleet, answer, reasoned.explanation().about(fleet.contributing(), classes));
    }

    /**
     * The answer for these classes alone, without its explanation: what would be if the fleet were another one.
     *
     * @param policy what the user asks for; its vendor rule is not applied here
     */
    public Answer answer(Collection<CpuClass> classes, Policy policy) {
        return named(selection.select(classes, policy), List.copyOf(classes));
    }

    /** The highest level that a class reaches alone, whatever the policy demands of all together. */
    public AbiLevel ownLevel(CpuClass cpuClass, Policy policy) {
        return bestLevel(cpuClass, policy);
    }

    /** Why a class lacks a feature that its CPU has or could have; nothing where the CPU itself seems to lack it, or nobody knows. */
    public Optional<Explanation.Cause> cause(String feature, CpuClass cpuClass) {
        return explainer.cause(feature, cpuClass);
    }

    /**
     * By which of the criteria a model is behind the one that is chosen for these classes; nothing if it is the chosen one, or is none of the
     * candidates.
     */
    public Optional<Criterion> behind(String model, Collection<CpuClass> classes, Policy policy) {
        return selection.behind(model, classes, policy);
    }

    /** Says on which nodes it is that something is lacking. */
    private static Answer named(Answer answer, List<CpuClass> classes) {
        if (!(answer instanceof NoBaseline none)) {
            return answer;
        }
        String feature = none.lacking().feature();
        String model = none.lacking().model();
        List<CpuClass> lacking = classes.stream()
                .filter(cpuClass -> !feature.isEmpty()
                                && !cpuClass.evidence().labelledFeatures().contains(feature)
                        || !model.isEmpty()
                                && !cpuClass.evidence().labelledModels().contains(model))
                .toList();
        List<String> nodes = lacking.stream()
                .flatMap(cpuClass -> cpuClass.nodes().stream())
                .map(NodeCpu::name)
                .sorted()
                .toList();
        if (nodes.isEmpty()) {
            return none;
        }
        return new NoBaseline(
                none.reason(),
                "%s Missing on %d of %d: %s%s.%s"
                        .formatted(
                                none.message(),
                                nodes.size(),
                                classes.stream()
                                        .mapToInt(cpuClass -> cpuClass.nodes().size())
                                        .sum(),
                                nodes.stream().limit(NODES_NAMED).collect(Collectors.joining(", ")),
                                nodes.size() > NODES_NAMED ? ", …" : "",
                                oddValue(lacking, none.lacking())),
                none.lacking());
    }

    /** A label that is there with another value than {@code true} is not missing: its value is. */
    private static String oddValue(List<CpuClass> lacking, NoBaseline.Lacking what) {
        String label = what.feature().isEmpty()
                ? "cpu-model.node.kubevirt.io/" + what.model()
                : "cpu-feature.node.kubevirt.io/" + what.feature();
        return lacking.stream()
                .filter(cpuClass -> cpuClass.evidence().oddLabels().containsKey(label))
                .findFirst()
                .map(cpuClass -> " On %s the label %s is there with the value \"%s\" instead of \"true\"."
                        .formatted(
                                cpuClass.name(),
                                label,
                                cpuClass.evidence().oddLabels().get(label)))
                .orElse("");
    }

    /** The answer and its explanation depend on the evidence alone, not on which node has which: a node that moves costs nothing. */
    private Reasoned reasoned(List<CpuClass> classes, Policy policy) {
        Question question =
                new Question(classes.stream().map(CpuClass::evidence).collect(Collectors.toUnmodifiableSet()), policy);
        synchronized (answered) {
            Reasoned known = answered.get(question);
            if (known == null) {
                known = reason(classes, policy, selection.select(classes, policy))
                        .withoutNodes(classes);
                answered.put(question, known);
            }
            return known;
        }
    }

    private Reasoned reason(List<CpuClass> classes, Policy policy, Answer answer) {
        return new Reasoned(answer, explainer.explain(List.of(), classes, policy, answer));
    }

    private AbiLevel bestLevel(CpuClass cpuClass, Policy policy) {
        synchronized (bestLevels) {
            Map<Policy, AbiLevel> byPolicy = bestLevels.computeIfAbsent(cpuClass.evidence(), evidence -> lastOnes());
            AbiLevel known = byPolicy.get(policy);
            if (known == null) {
                known = selection.bestLevel(List.of(cpuClass), policy);
                byPolicy.put(policy, known);
            }
            return known;
        }
    }

    private static <Q, A> Map<Q, A> lastOnes() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Q, A> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    /** Nodes that are all too old for the policy's minimum are no missing evidence: only the policy or the nodes can change that. */
    private static NoBaseline nobodyContributes(Fleet fleet, Policy policy) {
        if (fleet.selected() == 0) {
            int withoutKubeVirt = fleet.withoutKubeVirt().size();
            return new NoBaseline(
                    Reason.NoContributingNodes,
                    withoutKubeVirt == 0
                            ? "No amd64 node is selected. Check the nodes' label kubernetes.io/arch, and"
                                    + " spec.nodeSelector against their labels."
                            : "KubeVirt uses none of the selected nodes (%d without its labels). Check that virt-handler runs on them, or spec.nodeSelector."
                                    .formatted(withoutKubeVirt));
        }
        List<NodeCpu> belowMinimum = fleet.byReason(State.UNFIT).getOrDefault(Reason.BelowMinimum, List.of());
        if (!belowMinimum.isEmpty() && fleet.count(State.UNKNOWN) == 0) {
            return new NoBaseline(
                    Reason.BelowMinimum,
                    "abiLevel.minimum asks for %s, which %s. Lower it."
                            .formatted(
                                    policy.minimum(),
                                    fleet.selected() == 1
                                            ? "the only selected node does not reach"
                                            : "none of the %d selected nodes reaches".formatted(fleet.selected())));
        }
        String reasons = Stream.of(State.UNKNOWN, State.UNFIT)
                .flatMap(state -> fleet.byReason(state).entrySet().stream())
                .map(entry -> "%s %d".formatted(entry.getKey(), entry.getValue().size()))
                .collect(Collectors.joining(", "));
        return new NoBaseline(
                Reason.NoContributingNodes,
                fleet.selected() == 1
                        ? "The only selected node contributes no CPU evidence: %s.".formatted(reasons)
                        : "None of the %d selected nodes contributes CPU evidence: %s."
                                .formatted(fleet.selected(), reasons));
    }

    private static String vendorsMixed(Map<String, List<CpuClass>> byVendor) {
        String counts = byVendor.entrySet().stream()
                .map(entry -> "%d %s"
                        .formatted(
                                entry.getValue().stream()
                                        .mapToInt(c -> c.nodes().size())
                                        .sum(),
                                entry.getKey().isEmpty() ? "of unknown vendor" : entry.getKey()))
                .collect(Collectors.joining(", "));
        return ("The selected nodes are of several CPU vendors (%s), and KubeVirt migrates within a vendor only. Make"
                        + " one ClusterCpuBaseline per vendor (nodeSelector cpu-vendor.node.kubevirt.io/<vendor>: \"true\";"
                        + " status.vendorBaselines shows what each would get), or set vendors: Mixed for one baseline over all,"
                        + " which costs level and mitigations.")
                .formatted(counts);
    }
}
