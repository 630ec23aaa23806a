package io.cpubaseline.cli.plan;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.HostModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What nodes of several CPU vendors would get: one baseline per vendor, as a cluster wants it, or one for all.
 *
 * @param vendors the answer for each vendor's nodes, sorted by vendor
 * @param untold the nodes that tell no vendor, which no baseline of a vendor selects; null if there are none
 * @param mixed the answer for all nodes ({@code vendors: Mixed})
 */
record Overview(List<OfVendor> vendors, FilePlanner.@Nullable Result untold, FilePlanner.Result mixed) {

    /** What a vendor's nodes would get. */
    record OfVendor(String vendor, FilePlanner.Result result) {}

    private static final int FEATURES = 6;

    boolean hasBaseline() {
        return mixed.hasBaseline()
                || vendors.stream().anyMatch(vendor -> vendor.result().hasBaseline());
    }

    /** Which nodes are in no vendor's answer, a sentence each. */
    List<String> leftOut() {
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

    void print(Page page, boolean all, Set<String> hosts) {
        PlanText text = new PlanText(page, all, hosts);
        page.heading(
                "The nodes have CPUs of %d vendors, and KubeVirt migrates within one only: make one ClusterCpuBaseline per vendor."
                        .formatted(vendors.size()));
        for (OfVendor vendor : vendors) {
            page.heading("=== %s ===".formatted(vendor.vendor()));
            text.answer(vendor.result());
            text.nodes(vendor.result().status(all));
        }
        if (untold != null) {
            page.heading("=== Nodes that tell no vendor ===");
            text.nodes(untold.status(all));
            page.item("A baseline that selects its nodes by vendor does not select these.");
        }
        page.heading("=== One for all (vendors: Mixed) ===");
        text.answer(mixed);
        text.nodes(mixed.status(all));
        mixed.plan().answer().baseline().ifPresent(common -> {
            page.heading("What one for all costs");
            vendors.forEach(vendor -> page.item("%s: %s".formatted(vendor.vendor(), cost(vendor, common, all))));
            text.guestKernels(mixed);
        });
        for (OfVendor vendor : vendors) {
            page.heading("=== %s, in detail ===".formatted(vendor.vendor()));
            text.reasons(vendor.result());
        }
    }

    private static String cost(OfVendor vendor, Baseline common, boolean all) {
        Baseline own = vendor.result().plan().answer().baseline().orElse(null);
        if (own == null) {
            return "alone there is no baseline.";
        }
        FeatureSet lost = own.guestFeatures().minus(common.guestFeatures());
        if (lost.isEmpty()) {
            return "nothing, with %s instead of %s."
                    .formatted(common.model().name(), own.model().name());
        }
        HostModel protection = vendor.result().plan().explanation().classes().stream()
                .map(ClassCost::hostModel)
                .reduce(HostModel.nothing(), HostModel::and);
        FeatureSet mitigations = protection.mitigations().intersect(lost);
        FeatureSet hardening = protection.hardening().intersect(lost);
        List<String> parts = new ArrayList<>();
        boolean sameModel = common.model().name().equals(own.model().name()) && common.level() == own.level();
        parts.add(
                sameModel
                        ? "%s (%s), too".formatted(own.model().name(), own.level())
                        : "%s (%s) instead of %s (%s)"
                                .formatted(
                                        common.model().name(),
                                        common.level(),
                                        own.model().name(),
                                        own.level()));
        part(parts, "mitigations lost", mitigations, true);
        part(parts, "hardening lost", hardening, true);
        part(parts, "other features lost", lost.minus(mitigations).minus(hardening), all);
        return String.join("; ", parts) + ".";
    }

    private static void part(List<String> parts, String name, FeatureSet features, boolean all) {
        List<String> names = features.names();
        int shown = all ? names.size() : Math.min(FEATURES, names.size());
        if (!names.isEmpty()) {
            parts.add("%s: %s%s"
                    .formatted(
                            name,
                            String.join(" ", names.subList(0, shown)),
                            names.size() > shown ? " and %d more".formatted(names.size() - shown) : ""));
        }
    }
}
