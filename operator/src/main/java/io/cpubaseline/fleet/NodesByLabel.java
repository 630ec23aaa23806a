package io.cpubaseline.fleet;

import io.cpubaseline.fleet.NodeSelection.Handle;
import io.cpubaseline.fleet.NodeSelection.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Nodes by the values of those labels that somebody selects by: a guest that is bound to one node by name is answered without looking at all
 * nodes. Safe for use by several threads.
 */
final class NodesByLabel {

    private final List<Place> all;
    private final Map<Subject, Map<String, List<Place>>> bySubject = new ConcurrentHashMap<>();

    /** A node and its kind. */
    record Place(NodeCpu node, NodeKind kind) {}

    NodesByLabel(List<Place> all) {
        this.all = all;
    }

    /** Nodes among which are all that match all selections; a few of them where that is easy to tell. */
    Collection<Place> candidates(List<NodeSelection> selections) {
        List<Handle> best = null;
        int fewest = all.size();
        for (NodeSelection selection : selections) {
            for (List<Handle> way : selection.waysIn()) {
                int found = way.stream().mapToInt(this::size).sum();
                if (found < fewest) {
                    best = way;
                    fewest = found;
                }
            }
        }
        return best == null ? all : held(best);
    }

    private Collection<Place> held(List<Handle> handles) {
        Set<Place> held = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Handle handle : handles) {
            for (String value : handle.values()) {
                held.addAll(index(handle.what()).getOrDefault(value, List.of()));
            }
        }
        return held;
    }

    private int size(Handle handle) {
        Map<String, List<Place>> index = index(handle.what());
        return handle.values().stream()
                .mapToInt(value -> index.getOrDefault(value, List.of()).size())
                .sum();
    }

    private Map<String, List<Place>> index(Subject what) {
        return bySubject.computeIfAbsent(what, this::indexed);
    }

    private Map<String, List<Place>> indexed(Subject what) {
        Map<String, List<Place>> index = new HashMap<>();
        for (Place place : all) {
            String value = what.of(place.node());
            if (value != null) {
                index.computeIfAbsent(value, v -> new ArrayList<>(1)).add(place);
            }
        }
        return index;
    }
}
