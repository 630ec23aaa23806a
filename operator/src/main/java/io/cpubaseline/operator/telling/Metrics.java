package io.cpubaseline.operator.telling;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
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
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operator's metrics, in Prometheus' text format. What a baseline is comes from its status when somebody asks, so nothing can linger
 * after it; labels never name nodes or VirtualMachines.
 */
public final class Metrics {

    static final String PREFIX = "cpu_baseline_";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, Observed> baselines = new ConcurrentSkipListMap<>();
    private final Map<String, ClusterRestartCampaignStatus> campaigns = new ConcurrentSkipListMap<>();
    private final Map<Series, LongAdder> counters = new ConcurrentHashMap<>();
    private final Timer plans;
    private final String version;
    private final String catalog;
    private volatile boolean leader;
    private volatile Supplier<Map<String, Duration>> watchAges = Map::of;

    /**
     * What a baseline is, and what its status counts without saying of which state.
     *
     * @param status its status
     * @param nodesUnknown how many nodes are unknown for each reason
     * @param skipped how many virtual machines are skipped for each reason
     */
    public record Observed(
            ClusterCpuBaselineStatus status, Map<Reason, Integer> nodesUnknown, Map<Reason, Integer> skipped) {}

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
    public Metrics(String version, String catalog) {
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
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** JOSDK's operator has ended: its gauges show what is no more, and those of the next one would be refused. */
    public void forgetOperator() {
        registry.getMeters().stream()
                .filter(meter -> meter.getId().getTag("controller.name") != null)
                .forEach(registry::remove);
    }

    /** All metrics as text. */
    public String scrape() {
        return registry.scrape();
    }

    /** What a baseline is from now on. */
    public void observed(String baseline, Observed observed) {
        baselines.put(baseline, observed);
    }

    /** A baseline is gone, and all that was counted about it. */
    public void forget(String baseline) {
        baselines.remove(baseline);
        counters.keySet().removeIf(series -> series.baseline().equals(baseline));
    }

    /** What baselines are isn't known any more; what was counted stays. */
    public void forgetBaselines() {
        baselines.clear();
        campaigns.clear();
    }

    /** Whether this process leads. */
    public void leader(boolean leads) {
        leader = leads;
    }

    /**
     * Where to ask, at each scrape, what is watched.
     *
     * @param ages by kind, how long ago something was heard about it
     */
    public void watching(Supplier<Map<String, Duration>> ages) {
        watchAges = ages;
    }

    /** A plan was computed. */
    public void planned(Duration took) {
        plans.record(took);
    }

    /** A pin was moved, or set for the first time. */
    public void pinMoved(String baseline, String direction, String trigger) {
        count("pin_changes", Labels.of("baseline", baseline, "direction", direction, "trigger", trigger));
    }

    /** A status was written. */
    public void statusWritten(String baseline) {
        count("status_writes", Labels.of("baseline", baseline));
    }

    /** A VirtualMachine was written, or that was tried. */
    void virtualMachineWritten(String baseline, WriteOutcome outcome) {
        String result = outcome.getClass().getSimpleName();
        count("virtual_machine_patches", Labels.of("baseline", baseline, "result", result));
    }

    /** What a campaign is from now on. */
    void campaign(String campaign, ClusterRestartCampaignStatus status) {
        campaigns.put(campaign, status);
    }

    /** A campaign has restarted a virtual machine, or tried to. */
    void restart(String campaign, String result) {
        count("campaign_restarts", Labels.of("campaign", campaign, "result", result));
    }

    /** A campaign is gone, and all that was counted about it. */
    void forgetCampaign(String campaign) {
        campaigns.remove(campaign);
        counters.keySet().removeIf(series -> campaign.equals(series.labels().get("campaign")));
    }

    private void count(String name, Labels labels) {
        counters.computeIfAbsent(new Series(name, labels), series -> new LongAdder())
                .increment();
    }

    private MetricSnapshots collect() {
        StatusGauges gauges = new StatusGauges();
        InfoSnapshot.Builder info = InfoSnapshot.builder().name("cpu_baseline").help("The pinned baseline.");
        baselines.forEach((baseline, observed) -> {
            PinnedBaseline pinned = observed.status().pinned();
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
            gauges.of(baseline, observed);
        });
        campaigns.forEach((campaign, status) -> Map.of(
                        "due", status.due(),
                        "restarting", status.restarting(),
                        "restarted", status.restarted(),
                        "failed", status.failed(),
                        "waiting_for_consent", status.waitingForConsent())
                .forEach((state, count) -> gauges.add(
                        "campaign_virtual_machines", Labels.of("campaign", campaign, "state", state), count)));
        gauges.add("leader", Labels.EMPTY, leader ? 1 : 0);
        watchAges
                .get()
                .forEach((kind, age) -> gauges.add("watch_age_seconds", Labels.of("kind", kind), age.toMillis() / 1e3));

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

    static String help(String name) {
        return switch (name) {
            case "condition" -> "Conditions of the baseline: always 1.";
            case "nodes" -> "Selected nodes by state; schedulable ones can take a guest with the pinned baseline now.";
            case "nodes_unknown" -> "Unknown nodes by reason.";
            case "migration_domain_nodes" -> "Nodes among which a guest can migrate, by CPU vendor.";
            case "candidate_since_timestamp_seconds" -> "Since when there has been a candidate.";
            case "verification_timestamp_seconds" ->
                "When the last recorded verification by migrations ended, by its result.";
            case "virtual_machines" -> "Selected virtual machines by state; pending_restart ones are applied, too.";
            case "virtual_machines_skipped" -> "Skipped virtual machines by reason.";
            case "campaign_virtual_machines" -> "Virtual machines of a restart campaign by state.";
            case "campaign_restarts" -> "Restarts by a campaign: asked for, refused, finished and failed.";
            case "leader" -> "1 if this process acts, 0 if it stands by.";
            case "watch_age_seconds" -> "How long ago something was heard from the API server about a kind.";
            case "pin_changes" -> "Moves of the pinned baseline.";
            case "status_writes" -> "Writes of the status.";
            case "virtual_machine_patches" -> "Writes of virtual machines by result.";
            default -> "";
        };
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
