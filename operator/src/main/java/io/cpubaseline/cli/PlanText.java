package io.cpubaseline.cli;

import io.cpubaseline.Reason;
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
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.catalog.GuestNeeds;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.report.EvidenceRemarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints a planned status for people: the answer first, then who limits it, then what it costs. */
final class PlanText {

    private static final int WIDTH = 118;
    private static final Set<String> TOLD_ELSEWHERE =
            Set.of("Ready", "CandidatePending", "Stalled", "ApprovalAccepted", "PinnedSchedulable");

    private final List<String> lines = new ArrayList<>();

    private PlanText() {}

    /** The lines for a planned status. */
    static List<String> of(Planning.Result result) {
        PlanText text = new PlanText();
        text.answer(result);
        text.nodes(result.status());
        text.classes(result.status());
        text.limits(result.status());
        text.vendors(result.status());
        text.losses(result.status());
        text.notes(result);
        return text.lines;
    }

    private void answer(Planning.Result result) {
        PinnedBaseline pinned = result.status().pinned();
        if (pinned == null) {
            Condition ready = condition(result.status(), "Ready");
            field("Baseline", "none: " + (ready == null ? "" : ready.reason()));
            wrapped("", ready == null ? "" : ready.message());
            return;
        }
        field("Baseline", pinned.revision());
        field("Level", String.valueOf(pinned.abiLevel()));
        field("CPU model", pinned.cpuModel());
        required(pinned.requiredFeatures());
        field("Guests", guests(AbiLevel.parse(String.valueOf(pinned.abiLevel())).orElse(AbiLevel.NONE)));
        if (result.plan().answer().baseline().isPresent()
                && result.plan().answer().baseline().get().additionsLeftOut()) {
            wrapped(
                    "Left out",
                    "The profile's further features: with any of them libvirt would want nested virtualization on every host for this model.");
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
                wrapped(heading, "%s: %s".formatted(purpose.name().toLowerCase(Locale.ROOT), names));
                heading = "";
            }
        }
        if (features.isEmpty()) {
            field(heading, "nothing beside the model");
        }
    }

    private static String guests(AbiLevel level) {
        return GuestNeeds.known().stream()
                .map(need -> "%s (needs %s) %s"
                        .formatted(need.guest(), need.level(), level.atLeast(need.level()) ? "runs" : "does NOT run"))
                .collect(Collectors.joining(", "));
    }

    private void nodes(ClusterCpuBaselineStatus status) {
        NodeCounts nodes = status.nodes();
        if (nodes == null) {
            return;
        }
        field(
                "Nodes",
                "%d selected: %d contributing, %d unknown, %d unfit"
                        .formatted(nodes.selected(), nodes.contributing(), nodes.unknown(), nodes.unfit()));
        if (nodes.withoutKubeVirt() > 0) {
            field("", "and %d that KubeVirt does not use".formatted(nodes.withoutKubeVirt()));
        }
        for (ReasonCount reason : nodes.reasons()) {
            field("", "%s: %s".formatted(reason.reason(), examples(reason.examples(), reason.count())));
        }
        if (!status.migrationDomains().isEmpty()) {
            field(
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

    private void classes(ClusterCpuBaselineStatus status) {
        if (status.cpuClasses().isEmpty()) {
            return;
        }
        heading("Nodes by class of identical CPUs");
        Table table = new Table("CLASS", "VENDOR", "NODES", "ALONE", "WITHOUT IT", "LACKS");
        for (CpuClassReport report : status.cpuClasses()) {
            table.row(
                    report.name(),
                    report.vendor() == null ? "-" : report.vendor(),
                    String.valueOf(report.nodes()),
                    String.valueOf(report.abiLevel()),
                    without(report, status.pinned()),
                    report.lacks().isEmpty() ? "-" : shortened(report.lacks()));
        }
        table.lines().forEach(line -> lines.add("  " + line));
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
        return same ? "the same" : "%s %s".formatted(without.abiLevel(), without.cpuModel());
    }

    private static String shortened(List<String> names) {
        int shown = Math.min(6, names.size());
        return String.join(" ", names.subList(0, shown)) + (names.size() > shown ? " …" : "");
    }

    private void limits(ClusterCpuBaselineStatus status) {
        if (status.limits().isEmpty()) {
            return;
        }
        heading("What stands in the way of more");
        for (LimitReport limit : status.limits()) {
            wrapped(null, String.valueOf(limit.message()));
        }
    }

    private void vendors(ClusterCpuBaselineStatus status) {
        if (status.vendorBaselines().isEmpty()) {
            return;
        }
        heading("What each vendor could have alone (one ClusterCpuBaseline per vendor)");
        for (VendorBaseline vendor : status.vendorBaselines()) {
            String features = vendor.requiredFeatures().stream()
                    .map(RequiredFeature::name)
                    .collect(Collectors.joining(" "));
            wrapped(
                    null,
                    "%s, %d %s: %s"
                            .formatted(
                                    vendor.vendor().isEmpty() ? "unknown vendor" : vendor.vendor(),
                                    vendor.nodes(),
                                    vendor.nodes() == 1 ? "node" : "nodes",
                                    vendor.cpuModel() == null
                                            ? "no answer"
                                            : "%s on %s%s"
                                                    .formatted(
                                                            vendor.abiLevel(),
                                                            vendor.cpuModel(),
                                                            features.isEmpty() ? "" : " with " + features)));
        }
    }

    private void losses(ClusterCpuBaselineStatus status) {
        if (status.pinned() == null
                || status.cpuClasses().stream().allMatch(report -> report.hostModelLoses() == null)) {
            return;
        }
        heading("What a host-model virtual machine loses with it");
        for (CpuClassReport report : status.cpuClasses()) {
            CpuClassReport.HostModelLosses loses = report.hostModelLoses();
            if (loses != null) {
                List<String> parts = new ArrayList<>();
                part(parts, "nesting", loses.nesting());
                part(parts, "mitigations", loses.mitigations());
                part(parts, "hardening", loses.hardening());
                part(parts, "immunity", loses.immunity());
                wrapped(null, "%s: %s".formatted(report.name(), String.join("; ", parts)));
            }
        }
    }

    private static void part(List<String> parts, String name, List<String> features) {
        if (!features.isEmpty()) {
            parts.add(name + " " + String.join(" ", features));
        }
    }

    private void notes(Planning.Result result) {
        List<String> notes = new ArrayList<>();
        result.status().conditions().stream()
                .filter(condition -> !TOLD_ELSEWHERE.contains(condition.type()))
                .filter(condition -> !condition.status().equals("True"))
                .filter(condition -> !condition.reason().equals(Reason.UpToDate.name()))
                .forEach(condition -> notes.add("%s: %s".formatted(condition.reason(), condition.message())));
        boolean remarksAreToldAbove = result.status().conditions().stream()
                .anyMatch(condition -> condition.type().equals("EvidenceComplete")
                        && !condition.status().equals("True"));
        if (!remarksAreToldAbove) {
            notes.addAll(EvidenceRemarks.of(result.plan().fleet()));
        }
        Set<String> unknownModels = result.plan().explanation().unknownModels();
        if (!unknownModels.isEmpty()) {
            notes.add(
                    "Every contributing node has models that this program does not know, so they are never chosen: %s."
                            .formatted(String.join(", ", unknownModels)));
        }
        if (!notes.isEmpty()) {
            heading("Notes");
            notes.forEach(note -> wrapped(null, note));
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

    private void heading(String text) {
        lines.add("");
        lines.add(text);
    }

    private void field(String name, String text) {
        lines.add("%-12s%s".formatted(name, text).stripTrailing());
    }

    /** A field, or with a null name an indented item, broken at spaces. */
    private void wrapped(@Nullable String name, String text) {
        String first = name == null ? "  " : "%-12s".formatted(name);
        String further = name == null ? "    " : " ".repeat(12);
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : text.split(" ")) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(further);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString().stripTrailing());
    }
}
