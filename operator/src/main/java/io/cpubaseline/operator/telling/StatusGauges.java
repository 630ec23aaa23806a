package io.cpubaseline.operator.telling;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.MigrationDomainReport;
import io.cpubaseline.api.v1alpha1.NodeCounts;
import io.cpubaseline.api.v1alpha1.VerificationReport;
import io.cpubaseline.api.v1alpha1.VirtualMachineCounts;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Gauges of baselines, collected from their statuses for one scrape. */
final class StatusGauges {

    private final Map<String, Map<Labels, Double>> values = new TreeMap<>();

    /** The last of several values for the same labels counts: a status that somebody else has written may hold anything. */
    void add(String name, Labels labels, double value) {
        values.computeIfAbsent(name, n -> new TreeMap<>()).put(labels, value);
    }

    void addTo(MetricSnapshots.Builder all) {
        values.forEach((name, points) -> {
            GaugeSnapshot.Builder gauge =
                    GaugeSnapshot.builder().name(Metrics.PREFIX + name).help(Metrics.help(name));
            points.forEach((labels, value) -> gauge.dataPoint(
                    GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
            all.metricSnapshot(gauge.build());
        });
    }

    void of(String baseline, Metrics.Observed observed) {
        ClusterCpuBaselineStatus status = observed.status();
        for (Condition condition : status.conditions()) {
            add(
                    "condition",
                    Labels.of(
                            "baseline",
                            baseline,
                            "type",
                            condition.type(),
                            "status",
                            condition.status(),
                            "reason",
                            condition.reason()),
                    1);
        }
        NodeCounts nodes = status.nodes();
        if (nodes != null) {
            states(
                    "nodes",
                    baseline,
                    Map.of(
                            "selected", nodes.selected(),
                            "contributing", nodes.contributing(),
                            "schedulable", nodes.schedulable(),
                            "unknown", nodes.unknown(),
                            "unfit", nodes.unfit(),
                            "without_kubevirt", nodes.withoutKubeVirt()));
            reasons("nodes_unknown", baseline, observed.nodesUnknown());
        }
        for (MigrationDomainReport domain : status.migrationDomains()) {
            add("migration_domain_nodes", Labels.of("baseline", baseline, "vendor", domain.vendor()), domain.nodes());
        }
        candidate(baseline, status.candidate());
        verification(baseline, status.verification());
        VirtualMachineCounts vms = status.virtualMachines();
        if (vms != null) {
            states(
                    "virtual_machines",
                    baseline,
                    Map.of(
                            "selected", vms.selected(),
                            "applied", vms.applied(),
                            "pending", vms.pending(),
                            "conflicting", vms.conflicting(),
                            "refused", vms.refused(),
                            "skipped", vms.skipped(),
                            "pending_restart", vms.pendingRestart()));
            reasons("virtual_machines_skipped", baseline, observed.skipped());
        }
    }

    private void verification(String baseline, @Nullable VerificationReport report) {
        if (report != null) {
            try {
                add(
                        "verification_timestamp_seconds",
                        Labels.of("baseline", baseline, "result", report.verified() ? "verified" : "failed"),
                        (double) Instant.parse(report.time()).getEpochSecond());
            } catch (DateTimeException e) {
                // somebody else wrote the status
            }
        }
    }

    private void candidate(String baseline, @Nullable CandidateBaseline candidate) {
        if (candidate != null && candidate.since() != null) {
            try {
                add(
                        "candidate_since_timestamp_seconds",
                        Labels.of(
                                "baseline",
                                baseline,
                                "direction",
                                Metrics.orEmpty(candidate.direction()),
                                "trigger",
                                Metrics.orEmpty(candidate.trigger())),
                        (double) Instant.parse(candidate.since()).getEpochSecond());
            } catch (DateTimeException e) {
                // somebody else wrote the status
            }
        }
    }

    private void states(String name, String baseline, Map<String, Integer> states) {
        states.forEach((state, count) -> add(name, Labels.of("baseline", baseline, "state", state), count));
    }

    private void reasons(String name, String baseline, Map<Reason, Integer> reasons) {
        reasons.forEach((reason, count) -> add(name, Labels.of("baseline", baseline, "reason", reason.name()), count));
    }
}
