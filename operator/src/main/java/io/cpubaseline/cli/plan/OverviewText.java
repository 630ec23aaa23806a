package io.cpubaseline.cli.plan;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.HostModel;
import io.cpubaseline.cli.planning.Overview;
import io.cpubaseline.cli.planning.Overview.OfVendor;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cpu.FeatureSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The answer for people where nodes are of several CPU vendors: each vendor's own, then one for all and what it costs. */
final class OverviewText {

    private static final int FEATURES = 6;

    private final Page page;
    private final boolean all;
    private final PlanText text;

    /**
     * Text on this page.
     *
     * @param all whether to tell every feature and every limit
     * @param hosts names of hosts whose troubles are told elsewhere
     */
    OverviewText(Page page, boolean all, Set<String> hosts) {
        this.page = page;
        this.all = all;
        this.text = new PlanText(page, all, hosts);
    }

    void print(Overview overview) {
        page.heading(
                "The nodes have CPUs of %d vendors, and KubeVirt migrates within one only: make one ClusterCpuBaseline per vendor."
                        .formatted(overview.vendors().size()));
        for (OfVendor vendor : overview.vendors()) {
            page.heading("=== %s ===".formatted(vendor.vendor()));
            text.answer(vendor.result());
            text.nodes(vendor.result().status(all));
        }
        if (overview.untold() != null) {
            page.heading("=== Nodes that tell no vendor ===");
            text.nodes(overview.untold().status(all));
            page.item("A baseline that selects its nodes by vendor does not select these.");
        }
        page.heading("=== One for all (vendors: Mixed) ===");
        text.answer(overview.mixed());
        text.nodes(overview.mixed().status(all));
        overview.mixed().plan().answer().baseline().ifPresent(common -> {
            page.heading("What one for all costs");
            overview.vendors().forEach(vendor -> page.item("%s: %s".formatted(vendor.vendor(), cost(vendor, common))));
            text.guestKernels(overview.mixed());
        });
        for (OfVendor vendor : overview.vendors()) {
            page.heading("=== %s, in detail ===".formatted(vendor.vendor()));
            text.reasons(vendor.result());
        }
    }

    private String cost(OfVendor vendor, Baseline common) {
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
