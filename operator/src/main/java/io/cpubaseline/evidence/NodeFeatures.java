package io.cpubaseline.evidence;

import io.cpubaseline.fleet.Silicon;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which of a cluster's NodeFeature objects tells what a node's CPU is: the one that the nfd-worker on the node keeps in node-feature-discovery's
 * own namespace. Anybody may create NodeFeatures in a namespace of their own, and a worker leaves its objects behind when it is moved to
 * another namespace: none of these count.
 */
public final class NodeFeatures {

    private final Map<String, NodeFeatureFacts> own;
    private final Map<String, List<String>> leftovers;

    private NodeFeatures(Map<String, NodeFeatureFacts> own, Map<String, List<String>> leftovers) {
        this.own = own;
        this.leftovers = leftovers;
    }

    /**
     * Sorts out these objects.
     *
     * @param all the NodeFeatures of a cluster or of files, in any order
     * @param namespace node-feature-discovery's namespace; empty: the one in which, for most nodes, the newest worker's object is
     */
    public static NodeFeatures of(Collection<NodeFeatureFacts> all, String namespace) {
        List<NodeFeatureFacts> workers =
                all.stream().filter(NodeFeatureFacts::isWorkers).toList();
        String home = namespace.isEmpty() ? home(workers) : namespace;
        Map<String, NodeFeatureFacts> own = new HashMap<>();
        Map<String, List<String>> others = new TreeMap<>();
        for (NodeFeatureFacts feature : workers) {
            if (feature.namespace().equals(home)) {
                own.put(feature.nodeName(), feature);
            } else {
                others.computeIfAbsent(feature.nodeName(), name -> new ArrayList<>(1))
                        .add(feature.qualifiedName());
            }
        }
        others.replaceAll((node, names) -> names.stream().sorted().toList());
        return new NodeFeatures(own, others);
    }

    /** The namespace where the workers are: in a cluster with one node-feature-discovery, where all of their objects are. */
    private static String home(List<NodeFeatureFacts> workers) {
        String only = workers.isEmpty() ? "" : workers.get(0).namespace();
        if (workers.stream().allMatch(feature -> feature.namespace().equals(only))) {
            return only;
        }
        Map<String, Instant> newest = new HashMap<>();
        Map<String, Standing> standings = new TreeMap<>();
        workers.forEach(feature -> newest.merge(feature.nodeName(), feature.created(), NodeFeatures::later));
        for (NodeFeatureFacts feature : workers) {
            // Files may leave the time out, which then says nothing against an object.
            boolean isNewest =
                    feature.created().equals(Instant.EPOCH) || feature.created().equals(newest.get(feature.nodeName()));
            standings.merge(
                    feature.namespace(),
                    new Standing(feature.namespace(), isNewest ? 1 : 0, 1, feature.created()),
                    Standing::and);
        }
        return standings.values().stream()
                .max(Standing.ORDER)
                .map(Standing::namespace)
                .orElse("");
    }

    /**
     * How much speaks for a namespace.
     *
     * @param newest for how many nodes the newest worker's object is there
     * @param objects how many workers' objects are there
     * @param latest when the latest of them was created
     */
    private record Standing(String namespace, int newest, int objects, Instant latest) {

        private static final Comparator<Standing> ORDER = Comparator.comparingInt(Standing::newest)
                .thenComparingInt(Standing::objects)
                .thenComparing(Standing::latest)
                .thenComparing(Standing::namespace, Comparator.reverseOrder());

        Standing and(Standing other) {
            return new Standing(namespace, newest + other.newest, objects + other.objects, later(latest, other.latest));
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** What the node's own worker says about its CPU; nothing known if there is no such object or nothing in it. */
    Silicon silicon(String node) {
        @Nullable NodeFeatureFacts feature = own.get(node);
        return feature == null ? Silicon.unknown() : feature.silicon();
    }

    /** Other workers' objects for the node, which don't count, as {@code namespace/name}, sorted. */
    List<String> leftovers(String node) {
        return leftovers.getOrDefault(node, List.of());
    }
}
