package io.cpubaseline.cli.planning;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What nodes of several CPU vendors would get: one baseline per vendor, as a cluster wants it, or one for all.
 *
 * @param vendors the answer for each vendor's nodes, sorted by vendor
 * @param untold the nodes that tell no vendor, which no baseline of a vendor selects; null if there are none
 * @param mixed the answer for all nodes ({@code vendors: Mixed})
 */
public record Overview(List<OfVendor> vendors, FilePlanner.@Nullable Result untold, FilePlanner.Result mixed) {

    /** What a vendor's nodes would get. */
    public record OfVendor(String vendor, FilePlanner.Result result) {}

    /** Whether there is any answer. */
    public boolean hasBaseline() {
        return mixed.hasBaseline()
                || vendors.stream().anyMatch(vendor -> vendor.result().hasBaseline());
    }

    /** Which nodes are in no vendor's answer, a sentence each. */
    public List<String> leftOut() {
        List<String> sentences = new ArrayList<>();
        for (OfVendor vendor : vendors) {
            if (!vendor.result().hasBaseline()) {
                sentences.add("the nodes of %s have no baseline: plan without -o says why".formatted(vendor.vendor()));
            }
        }
        if (untold != null) {
            sentences.add("nodes that tell no vendor are in none of these: plan without -o names them");
        }
        return sentences;
    }
}
