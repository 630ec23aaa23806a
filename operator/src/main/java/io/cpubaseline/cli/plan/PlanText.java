package io.cpubaseline.cli.plan;

import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.CapacityReport;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.CpuClassReport;
import io.cpubaseline.api.v1alpha1.LimitReport;
import io.cpubaseline.api.v1alpha1.MigrationDomainReport;
import io.cpubaseline.api.v1alpha1.NodeCounts;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.api.v1alpha1.VendorBaseline;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.catalog.GuestNeeds;
import io.cpubaseline.cli.planning.FilePlanner;
import io.cpubaseline.cli.planning.Notes;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cli.text.Table;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.GuestNeed;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.report.HardwareOnly;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints a planned status for people: the answer first, then who limits it, then what it costs. */
final class PlanText {

    private static final int LIMITS = 3;
    private static final int FEATURES = 6;
    private static final int NODES = 5;

    /** How much memory there is where no node tells it. */
    private static final String NO_MEMORY = "0";

    private final Page page;
    private final boolean all;
    private final Set<String> hosts;

    /**
     * Prints to a page.
     *
     * @param all whether to print what is usually left out, too
     * @param hosts nodes that are of no cluster
     */
    PlanText(Page page, boolean all, Set<String> hosts) {
        this.page = page;
        this.all = all;
        this.hosts = hosts;
    }

    /** All about one baseline. */
    void print(FilePlanner.Result result) {
        answer(result);
        candidate(result.status(all));
        nodes(result.status(all));
        reasons(result);
    }

    /** Why it is not better, and what it costs. */
    void reasons(FilePlanner.Result result) {
        kinds(result.status(all));
        limits(result.status(all));
        vendors(result.status(all));
        losses(result.status(all));
        notes(result);
    }

    /** What would be pinned. */
    void answer(FilePlanner.Result result) {
        PinnedBaseline pinned = result.status(all).pinned();
        if (pinned == null) {
            Condition ready = condition(result.status(all), "Ready");
            page.field("Baseline", "none: " + (ready == null ? "" : ready.reason()));
            page.field("", ready == null ? "" : ready.message());
            return;
        }
        List<NodeCpu> unproven = HardwareOnly.of(result.plan().fleet());
        page.field(unproven.isEmpty() ? "Baseline" : "Expected", pinned.revision());
        if (!unproven.isEmpty()) {
            page.field(
                    "",
                    "NOT PROVEN: the hardware of %s allows it, and no hypervisor there has said that it gives it."
                            .formatted(some(unproven)));
        }
        page.field("Level", String.valueOf(pinned.abiLevel()));
        page.field("CPU model", pinned.cpuModel());
        required(pinned.requiredFeatures());
        page.field(
                "Guests",
                guests(AbiLevel.parse(String.valueOf(pinned.abiLevel())).orElse(AbiLevel.NONE)));
        if (result.plan().answer().baseline().filter(Baseline::additionsLeftOut).isPresent()) {
            page.field(
                    "Left out",
                    "The profile's further features: with any of them libvirt would want nested virtualization on"
                            + " every host for this model.");
        }
    }

    private static String some(List<NodeCpu> nodes) {
        int named = Math.min(NODES, nodes.size());
        return nodes.subList(0, named).stream().map(NodeCpu::name).collect(Collectors.joining(", "))
                + (nodes.size() > named ? " and %d more".formatted(nodes.size() - named) : "");
    }

    /** What nodes that are still to come would make of it, or what the nodes say that isn't pinned. */
    private void candidate(ClusterCpuBaselineStatus status) {
        CandidateBaseline candidate = status.candidate();
        if (candidate == null) {
            return;
        }
        if ("PlannedNodes".equals(candidate.trigger())) {
            page.field("Planned", String.valueOf(candidate.reason()));
        } else {
            page.field("Candidate", "%s (%s)".formatted(candidate.revision(), candidate.abiLevel()));
            Condition pending = condition(status, "CandidatePending");
            if (status.pinned() != null && pending != null) {
                page.field("", pending.message());
            }
        }
        if (candidate.impact() != null) {
            page.field("", candidate.impact());
        }
    }

    private void required(List<RequiredFeature> features) {
        String heading = "Required";
        for (Purpose purpose : Purpose.values()) {
            String names = features.stream()
                    .filter(feature -> feature.purpose().equals(purpose.name()))
                    .map(RequiredFeature::name)
                    .collect(Collectors.joining(" "));
            if (!names.isEmpty()) {
                page.field(heading, "%s: %s".formatted(purpose.name().toLowerCase(Locale.ROOT), names));
                heading = "";
            }
        }
        if (features.isEmpty()) {
            page.field(heading, "nothing beside the model");
        }
    }

    private static String guests(AbiLevel level) {
        String run = GuestNeeds.known().stream()
                .filter(need -> level.atLeast(need.level()))
                .map(GuestNeed::guest)
                .collect(Collectors.joining(", "));
        String doNot = GuestNeeds.known().stream()
                .filter(need -> !level.atLeast(need.level()))
                .map(need -> "%s (needs %s)".formatted(need.guest(), need.level()))
                .collect(Collectors.joining(", "));
        if (doNot.isEmpty()) {
            return "%s: run".formatted(run);
        }
        return (run.isEmpty() ? "" : "%s: run; ".formatted(run)) + "%s: will NOT run".formatted(doNot);
    }

    /** Which nodes were looked at, and what they offer together. */
    void nodes(ClusterCpuBaselineStatus status) {
        NodeCounts nodes = status.nodes();
        if (nodes == null) {
            return;
        }
        page.field(
                "Nodes",
                "%d selected: %d contributing, %d unknown, %d unfit"
                        .formatted(nodes.selected(), nodes.contributing(), nodes.unknown(), nodes.unfit()));
        for (ReasonCount reason : nodes.reasons()) {
            page.field("", "%s: %s".formatted(reason.reason(), examples(reason.examples(), reason.count())));
        }
        if (nodes.withoutKubeVirt() > 0) {
            page.field("", "and %d that KubeVirt does not use".formatted(nodes.withoutKubeVirt()));
        }
        CapacityReport capacity = status.capacity();
        if (capacity != null && status.pinned() != null) {
            page.field(
                    "Capacity",
                    "%d of %d cores%s can take it now"
                            .formatted(
                                    capacity.schedulableCores(),
                                    capacity.cores(),
                                    capacity.memory().equals(NO_MEMORY)
                                            ? ""
                                            : ", %s of %s memory"
                                                    .formatted(capacity.schedulableMemory(), capacity.memory())));
        }
        if (!status.migrationDomains().isEmpty()) {
            page.field(
                    "Migration",
                    status.migrationDomains().stream().map(PlanText::domain).collect(Collectors.joining(", ")));
        }
    }

    private static String domain(MigrationDomainReport domain) {
        return "%s among %d %s"
                .formatted(
                        domain.vendor().isEmpty() ? "unknown vendor" : domain.vendor(),
                        domain.nodes(),
                        domain.nodes() == 1 ? "node" : "nodes");
    }

    private void kinds(ClusterCpuBaselineStatus status) {
        if (status.cpuClasses().isEmpty() || status.cpuClasses().size() == 1 && !all) {
            return;
        }
        page.heading("Kinds of nodes by CPU");
        Table table = new Table("NODES", "VENDOR", "ALONE", "WITHOUT THEM", "SUCH AS");
        for (CpuClassReport report : status.cpuClasses()) {
            table.row(
                    String.valueOf(report.nodes()),
                    report.vendor() == null ? "-" : report.vendor(),
                    String.valueOf(report.abiLevel()),
                    without(report, status.pinned()),
                    String.join(" ", report.examples()));
        }
        page.table(table);
        for (CpuClassReport report : status.cpuClasses()) {
            if (!report.lacks().isEmpty()) {
                page.item("Only %s: %s"
                        .formatted(
                                report.nodes() > 1
                                        ? "%s and its like lack".formatted(report.name())
                                        : "%s lacks".formatted(report.name()),
                                features(report.lacks())));
            }
        }
    }

    private static String without(CpuClassReport report, @Nullable PinnedBaseline pinned) {
        CpuClassReport.Without without = report.without();
        if (without == null) {
            return "-";
        }
        if (without.cpuModel() == null) {
            return "no answer";
        }
        boolean same = pinned != null
                && pinned.cpuModel().equals(without.cpuModel())
                && without.gains().isEmpty();
        if (same) {
            return "the same";
        }
        return pinned != null && String.valueOf(pinned.abiLevel()).equals(without.abiLevel())
                ? String.valueOf(without.cpuModel())
                : "%s %s".formatted(without.abiLevel(), without.cpuModel());
    }

    private String features(List<String> names) {
        int shown = all ? names.size() : Math.min(FEATURES, names.size());
        return String.join(" ", names.subList(0, shown))
                + (names.size() > shown ? " and %d more".formatted(names.size() - shown) : "");
    }

    private void limits(ClusterCpuBaselineStatus status) {
        if (status.limits().isEmpty()) {
            return;
        }
        page.heading("What stands in the way of more");
        int shown =
                all ? status.limits().size() : Math.min(LIMITS, status.limits().size());
        for (LimitReport limit : status.limits().subList(0, shown)) {
            page.item(String.valueOf(limit.message()));
        }
        if (shown < status.limits().size()) {
            page.item("%d more: --all".formatted(status.limits().size() - shown));
        }
    }

    private void vendors(ClusterCpuBaselineStatus status) {
        if (status.vendorBaselines().isEmpty()) {
            return;
        }
        page.heading("What each vendor could have alone (one ClusterCpuBaseline per vendor)");
        for (VendorBaseline vendor : status.vendorBaselines()) {
            String features = vendor.requiredFeatures().stream()
                    .map(RequiredFeature::name)
                    .collect(Collectors.joining(" "));
            page.item("%s, %d %s: %s"
                    .formatted(
                            vendor.vendor().isEmpty() ? "unknown vendor" : vendor.vendor(),
                            vendor.nodes(),
                            vendor.nodes() == 1 ? "node" : "nodes",
                            vendor.cpuModel() == null
                                    ? "none"
                                    : "%s on %s%s"
                                            .formatted(
                                                    vendor.abiLevel(),
                                                    vendor.cpuModel(),
                                                    features.isEmpty() ? "" : " with " + features)));
        }
    }

    /** Kinds of nodes where the same is lost are told together. */
    private void losses(ClusterCpuBaselineStatus status) {
        Map<String, List<String>> kindsByLoss = new LinkedHashMap<>();
        for (CpuClassReport report : status.cpuClasses()) {
            CpuClassReport.HostModelLosses lost = report.hostModelLoses();
            if (lost != null) {
                List<String> parts = new ArrayList<>();
                part(parts, "nested virtualization", lost.nesting());
                part(parts, "mitigations", lost.mitigations());
                part(parts, "hardening", lost.hardening());
                part(parts, "immunity", lost.immunity());
                kindsByLoss
                        .computeIfAbsent(String.join("; ", parts), loss -> new ArrayList<>())
                        .add(report.name() + (report.nodes() > 1 ? " …" : ""));
            }
        }
        if (!kindsByLoss.isEmpty()) {
            page.heading("What a host-model virtual machine loses with it");
            kindsByLoss.forEach((loss, kinds) -> page.item(
                    kinds.size() == status.cpuClasses().size()
                            ? "everywhere: " + loss
                            : "on %s: %s".formatted(String.join(", ", kinds), loss)));
        }
    }

    private void part(List<String> parts, String name, List<String> features) {
        if (!features.isEmpty()) {
            parts.add(name + " " + features(features));
        }
    }

    /** Whether guests always have a node to move to, and what their kernels leave out. */
    void guestKernels(FilePlanner.Result result) {
        Condition migration = condition(result.status(all), "MigrationPossible");
        if (migration != null && migration.status().equals("False")) {
            page.item("%s: %s".formatted(migration.reason(), migration.message()));
        }
    }

    private void notes(FilePlanner.Result result) {
        List<String> notes = Notes.of(result, result.status(all), hosts);
        if (!notes.isEmpty()) {
            page.heading("Notes");
            notes.forEach(page::item);
        }
    }

    private static @Nullable Condition condition(ClusterCpuBaselineStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElse(null);
    }

    private static String examples(List<String> names, int count) {
        return "%d (%s%s)".formatted(count, String.join(", ", names), count > names.size() ? ", …" : "");
    }
}
