package io.cpubaseline.cli.plan;

import io.cpubaseline.cli.plan.Revisions.Known;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.scheduling.Background;
import io.cpubaseline.scheduling.Explanation;
import io.cpubaseline.scheduling.Guest;
import io.cpubaseline.scheduling.Guest.OfBaseline;
import io.cpubaseline.scheduling.Rendering;
import io.cpubaseline.scheduling.Room;
import io.cpubaseline.scheduling.Source;
import io.cpubaseline.scheduling.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a guest with a revision can land on another cluster's nodes. KubeVirt's decentralised live migration renders the target's pod there anew:
 * a named model and its features as for a start, and the CPU vendor of the source, whose labels it passes on (createTargetPod in
 * pkg/virt-controller/watch/migration/migration.go and decentralized.go, KubeVirt 1.8.4). Machine type, TSC frequency and placement are each
 * guest's own, and are not looked at.
 *
 * @param revision which revision
 * @param known what it stands for
 * @param verdict which nodes can take it, and what keeps it off the others
 * @param explanations the verdict's obstacles in words
 * @param shared revisions that both clusters have
 * @param ours how many revisions are known here
 * @param theirs how many are known there
 */
record Landing(
        String revision,
        Known known,
        Verdict verdict,
        List<Explanation> explanations,
        List<String> shared,
        int ours,
        int theirs) {

    private static final String VENDOR = "cpu-vendor.node.kubevirt.io/";

    /**
     * Finds out.
     *
     * @throws InputException if nothing tells what the revision stands for
     */
    static Landing of(String revision, Revisions ours, Revisions theirs, Collection<NodeCpu> nodes) {
        Known known = ours.find(revision)
                .or(() -> theirs.find(revision))
                .orElseThrow(() -> new InputException(unknown(revision, ours, theirs)));
        List<NodeCpu> ofKubeVirt = nodes.stream()
                .filter(node -> node.schedulable() != Truth.UNKNOWN)
                .toList();
        SchedulingRules rules = SchedulingRules.of("", false, "", false, 0);
        Guest guest = new Guest("amd64", known.cpuModel(), shape(known), OfBaseline.nothing());
        Source source = new Source(
                "the other cluster",
                known.vendor().isEmpty() ? Map.of() : Map.of(VENDOR + known.vendor(), "true"),
                Map.of());
        Background background = new Background(guest, rules, source, true);
        Verdict verdict = Verdict.of(
                new Rendering(rules).target(guest, NodeCapacity.none(), source, true),
                background,
                ofKubeVirt,
                Room.empty());
        return new Landing(
                revision,
                known,
                verdict,
                verdict.obstacles().stream()
                        .map(obstacle -> Explanation.of(obstacle, background, ofKubeVirt, Room.empty()))
                        .toList(),
                ours.sharedWith(theirs),
                ours.byName().size(),
                theirs.byName().size());
    }

    private static GuestShape shape(Known known) {
        return new GuestShape(
                "",
                Set.of(),
                false,
                false,
                0,
                Set.of(),
                known.requiredFeatures().stream().sorted().toList(),
                List.of(),
                Placement.anywhere());
    }

    private static String unknown(String revision, Revisions ours, Revisions theirs) {
        Set<String> all = Stream.concat(ours.byName().keySet().stream(), theirs.byName().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        return "--revision %s: no baseline tells its model and features; known are: %s. Give the one that has it by -b: %s"
                .formatted(
                        revision,
                        all.isEmpty() ? "none" : String.join(", ", all),
                        "kubectl get clustercpubaseline NAME -o yaml");
    }

    List<String> open() {
        return verdict.open().stream().map(NodeCpu::name).toList();
    }

    /**
     * Where the revision tells no vendor, the nodes that can take a guest, by the CPU vendor that it comes from: the target selects the source's. A
     * node without a vendor's label takes none of them. Empty where the revision tells its vendor.
     */
    SortedMap<String, List<String>> openByVendor() {
        SortedMap<String, List<String>> byVendor = new TreeMap<>();
        if (known.vendor().isEmpty()) {
            for (NodeCpu node : verdict.open()) {
                node.labels().keySet().stream()
                        .filter(key -> key.startsWith(VENDOR))
                        .map(key -> key.substring(VENDOR.length()))
                        .forEach(vendor -> byVendor.computeIfAbsent(vendor, any -> new ArrayList<>())
                                .add(node.name()));
            }
        }
        return byVendor;
    }

    /**
     * For programs.
     *
     * @param evidence what is to be told of hosts that described themselves; null if there are none
     */
    Map<String, Object> document(HostsTold.@Nullable Document evidence) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("revision", revision);
        document.put("cpuModel", known.cpuModel());
        document.put(
                "requiredFeatures", known.requiredFeatures().stream().sorted().toList());
        if (!known.vendor().isEmpty()) {
            document.put("vendor", known.vendor());
        }
        document.put("nodes", verdict.nodes());
        document.put("possibleNodes", open());
        if (known.vendor().isEmpty()) {
            document.put("possibleNodesByVendor", openByVendor());
        }
        List<Map<String, Object>> obstacles = new ArrayList<>();
        for (Explanation explanation : explanations) {
            Map<String, Object> obstacle = new LinkedHashMap<>();
            obstacle.put("origin", explanation.obstacle().origin().name());
            obstacle.put("what", explanation.what());
            obstacle.put(
                    "asks",
                    explanation.obstacle().lacking().stream()
                            .map(part -> part.ask().text())
                            .toList());
            obstacle.put(
                    "nodes",
                    explanation.obstacle().nodes().stream().map(NodeCpu::name).toList());
            obstacles.add(obstacle);
        }
        document.put("obstacles", obstacles);
        document.put("sharedRevisions", shared);
        if (evidence != null) {
            document.put("evidence", evidence);
        }
        return document;
    }
}
