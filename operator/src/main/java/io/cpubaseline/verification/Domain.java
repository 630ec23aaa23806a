package io.cpubaseline.verification;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The nodes of one CPU vendor, among which KubeVirt migrates.
 *
 * @param vendor as KubeVirt labels it; empty for nodes without that label
 * @param nodes those that a run has to visit, sorted; none where there are not two that can take a guest
 * @param leftOut every other node, and why it isn't visited
 */
public record Domain(String vendor, List<String> nodes, SortedMap<String, String> leftOut) {

    /** Makes the collections immutable. */
    public Domain {
        nodes = List.copyOf(nodes);
        leftOut = Collections.unmodifiableSortedMap(new TreeMap<>(leftOut));
    }

    /**
     * Sorts nodes into domains.
     *
     * @param confined the only vendor that the baseline's guests run on; empty where it has guests on all of them
     * @return by vendor; each node is in exactly one
     */
    public static List<Domain> of(Collection<Place> places, String confined) {
        Map<String, List<Place>> byVendor = new TreeMap<>();
        places.forEach(place -> byVendor.computeIfAbsent(place.vendor(), vendor -> new ArrayList<>())
                .add(place));
        List<Domain> domains = new ArrayList<>();
        byVendor.forEach((vendor, members) -> domains.add(of(vendor, members, confined)));
        return List.copyOf(domains);
    }

    private static Domain of(String vendor, List<Place> places, String confined) {
        List<String> open = new ArrayList<>();
        SortedMap<String, String> leftOut = new TreeMap<>();
        for (Place place : places) {
            if (vendor.isEmpty()) {
                leftOut.put(place.node(), "KubeVirt has not labelled the vendor of its CPU");
            } else if (!confined.isEmpty() && !confined.equals(vendor)) {
                leftOut.put(place.node(), "the baseline confines its guests to " + confined);
            } else if (place.obstacle().isEmpty()) {
                open.add(place.node());
            } else {
                leftOut.put(place.node(), place.obstacle());
            }
        }
        if (open.size() == 1) {
            leftOut.put(
                    open.get(0),
                    "no other node with a CPU of %s can take a guest: one that runs there can't leave"
                            .formatted(vendor));
            open.clear();
        }
        return new Domain(vendor, open.stream().sorted().toList(), leftOut);
    }

    /** Whether guests can migrate in it at all. */
    public boolean isTravelled() {
        return !nodes.isEmpty();
    }
}
