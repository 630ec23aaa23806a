package io.cpubaseline.operator;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.MigrationDomainReport;
import io.cpubaseline.api.v1alpha1.NodeCounts;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.api.v1alpha1.VirtualMachineCounts;
import io.cpubaseline.virtualmachine.WriteOutcome;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The operator's metrics, in Prometheus' text format. What a baseline is comes from its status when somebody asks, so nothing can linger
 * after it; labels never name nodes or VirtualMachines.
 */
final class Metrics {

    private static final String PREFIX = "cpu_baseline_";

    /** Of the reasons that a status gives for nodes, those of unfit ones. */
    private static final Set<Reason> UNFIT = EnumSet.of(Reason.BelowMinimum, Reason.NoKvm, Reason.LacksPinned);

    /** Of the reasons that a status gives for VirtualMachines, those of conflicting and refused ones. */
    private static final Set<Reason> NOT_SKIPPED =
            EnumSet.of(Reason.Conflicting, Reason.Contended, Reason.ClaimedByOther, Reason.Refused, Reason.Forbidden);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, ClusterCpuBaselineStatus> statuses = new ConcurrentSkipListMap<>();
    private final Map<Series, LongAdder> counters = new ConcurrentHashMap<>();
    private final Timer plans;
    private final String version;
    private final String catalog;
    private volatile boolean leader;

    /** A counter and its labels' values. */
    private record Series(String name, Labels labels) {

        String baseline() {
            return String.valueOf(labels.get("baseline"));
        }
    }

    /**
     * Starts with nothing but the build.
     *
     * @param version the program's version
     * @param catalog the version of its data files
     */
    Metrics(String version, String catalog) {
        this.version = version;
        this.catalog = catalog;
        registry.config().meterFilter(sameTags("events.received", "action"));
        this.plans = Timer.builder(PREFIX + "plan_duration")
                .description("Time to compute a baseline from the nodes.")
                .publishPercentileHistogram(false)
                .serviceLevelObjectives(
                        Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(250))
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        registry.getPrometheusRegistry().register((MultiCollector) this::collect);
    }

    /** Prometheus refuses a series that lacks a tag which others of its name have: JOSDK tags only some events with an action. */
    private static MeterFilter sameTags(String name, String tag) {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().equals(name) && id.getTag(tag) == null ? id.withTag(Tag.of(tag, "none")) : id;
            }
        };
    }

    /** Where further metrics can be added, such as JOSDK's. */
    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** JOSDK's operator has ended: its gauges show what is no more, and those of the next one would be refused. */
    void forgetOperator() {
        registry.getMeters().stream()
                .filter(meter -> meter.getId().getTag("controller.name") != null)
                .forEach(registry::remove);
    }

    /** All metrics as text. */
    String scrape() {
        return registry.scrape();
    }

    /** What a baseline is from now on. */
    void observed(String baseline, ClusterCpuBaselineStatus status) {
        statuses.put(baseline, status);
    }

    /** A baseline is gone, and all that was counted about it. */
    void forget(String baseline) {
        statuses.remove(baseline);
        counters.keySet().removeIf(series -> series.baseline().equals(baseline));
    }

    /** Whether this process leads. */
    void leader(boolean leads) {
        leader = leads;
    }

    /** A plan was computed. */
    void planned(Duration took) {
        plans.record(took);
    }

    /** A pin was moved, or set for the first time. */
    void pinMoved(String baseline, String direction, String trigger) {
        count("pin_changes", Labels.of("baseline", baseline, "direction", direction, "trigger", trigger));
    }

    /** A status was written. */
    void statusWritten(String baseline) {
        count("status_writes", Labels.of("baseline", baseline));
    }

    /** A VirtualMachine was written, or that was tried. */
    void virtualMachineWritten(String baseline, WriteOutcome outcome) {
        String result = outcome.getClass().getSimpleName();
        count("virtual_machine_patches", Labels.of("baseline", baseline, "result", result));
    }

    private void count(String name, Labels labels) {
        counters.computeIfAbsent(new Series(name, labels), series -> new LongAdder())
                .increment();
    }

    private MetricSnapshots collect() {
        Gauges gauges = new Gauges();
        InfoSnapshot.Builder info = InfoSnapshot.builder().name("cpu_baseline").help("The pinned baseline.");
        statuses.forEach((baseline, status) -> {
            PinnedBaseline pinned = status.pinned();
            if (pinned != null) {
                info.dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of(
                                "baseline",
                                baseline,
                                "level",
                                orEmpty(pinned.abiLevel()),
                                "model",
                                pinned.cpuModel(),
                                "revision",
                                pinned.revision()))
                        .build());
            }
            gauges.of(baseline, status);
        });
        gauges.add("leader", Labels.EMPTY, leader ? 1 : 0);

        MetricSnapshots.Builder all = MetricSnapshots.builder()
                .metricSnapshot(info.build())
                .metricSnapshot(InfoSnapshot.builder()
                        .name("cpu_baseline_build")
                        .help("The program and its data files.")
                        .dataPoint(InfoDataPointSnapshot.builder()
                                .labels(Labels.of("version", version, "catalog", catalog))
                                .build())
                        .build());
        gauges.addTo(all);
        Map<String, CounterSnapshot.Builder> totals = new TreeMap<>();
        counters.forEach((series, value) -> totals.computeIfAbsent(
                        series.name(),
                        name -> CounterSnapshot.builder().name(PREFIX + name).help(help(name)))
                .dataPoint(CounterDataPointSnapshot.builder()
                        .labels(series.labels())
                        .value((double) value.sum())
                        .build()));
        totals.values().forEach(counter -> all.metricSnapshot(counter.build()));
        return all.build();
    }

    private static String help(String name) {
        return switch (name) {
            case "condition" -> "Conditions of the baseline: always 1.";
            case "nodes" -> "Selected nodes by state; schedulable ones can take a guest with the pinned baseline now.";
            case "nodes_unknown" -> "Unknown nodes by reason.";
            case "migration_domain_nodes" -> "Nodes among which a guest can migrate, by CPU vendor.";
            case "candidate_since_timestamp_seconds" -> "Since when there has been a candidate.";
            case "virtual_machines" -> "Selected virtual machines by state; pending_restart ones are applied, too.";
            case "virtual_machines_skipped" -> "Skipped virtual machines by reason.";
            case "leader" -> "1 if this process acts, 0 if it stands by.";
            case "pin_changes" -> "Moves of the pinned baseline.";
            case "status_writes" -> "Writes of the status.";
            case "virtual_machine_patches" -> "Writes of virtual machines by result.";
            default -> "";
        };
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** Gauges under construction, one per name. */
    private static final class Gauges {

        private final Map<String, Map<Labels, Double>> values = new TreeMap<>();

        /** The last of several values for the same labels counts: a status that somebody else has written may hold anything. */
        void add(String name, Labels labels, double value) {
            values.computeIfAbsent(name, n -> new TreeMap<>()).put(labels, value);
        }

        void addTo(MetricSnapshots.Builder all) {
            values.forEach((name, points) -> {
                GaugeSnapshot.Builder gauge =
                        GaugeSnapshot.builder().name(PREFIX + name).help(help(name));
                points.forEach((labels, value) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build()));
                all.metricSnapshot(gauge.build());
            });
        }

        void of(String baseline, ClusterCpuBaselineStatus status) {
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
                                "unfit", nodes.unfit()));
                reasons("nodes_unknown", baseline, nodes.reasons(), UNFIT);
            }
            for (MigrationDomainReport domain : status.migrationDomains()) {
                add(
                        "migration_domain_nodes",
                        Labels.of("baseline", baseline, "vendor", domain.vendor()),
                        domain.nodes());
            }
            candidate(baseline, status.candidate());
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
                reasons("virtual_machines_skipped", baseline, vms.reasons(), NOT_SKIPPED);
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
                                    orEmpty(candidate.direction()),
                                    "trigger",
                                    orEmpty(candidate.trigger())),
                            (double) Instant.parse(candidate.since()).getEpochSecond());
                } catch (DateTimeException e) {
                    // somebody else wrote the status
                }
            }
        }

        private void states(String name, String baseline, Map<String, Integer> states) {
            states.forEach((state, count) -> add(name, Labels.of("baseline", baseline, "state", state), count));
        }

        private void reasons(String name, String baseline, Iterable<ReasonCount> reasons, Set<Reason> without) {
            for (ReasonCount reason : reasons) {
                if (without.stream().noneMatch(other -> other.name().equals(reason.reason()))) {
                    add(name, Labels.of("baseline", baseline, "reason", reason.reason()), reason.count());
                }
            }
        }
    }
}
