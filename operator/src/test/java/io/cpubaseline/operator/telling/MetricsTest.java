package io.cpubaseline.operator.telling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.MigrationDomainReport;
import io.cpubaseline.api.v1alpha1.NodeCounts;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.api.v1alpha1.ShapeReport;
import io.cpubaseline.api.v1alpha1.VerificationReport;
import io.cpubaseline.api.v1alpha1.VirtualMachineCounts;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final Metrics metrics = new Metrics("1.2.3", "2026.1");

    @Test
    void aStatusBecomesGauges() {
        // When
        metrics.observed("main", observed(status()));
        metrics.statusWritten("main");
        metrics.statusWritten("main");
        metrics.pinMoved("main", "Raise", "Evidence");
        metrics.virtualMachineWritten("main", new WriteOutcome.Gone());
        metrics.planned(Duration.ofMillis(3));
        metrics.leader(true);

        // Then
        assertThat(ours())
                .contains(
                        "cpu_baseline_info{baseline=\"main\",level=\"x86-64-v3\",model=\"Haswell\",revision=\"Haswell-0123456789\"} 1",
                        "cpu_baseline_build_info{catalog=\"2026.1\",version=\"1.2.3\"} 1",
                        "cpu_baseline_condition{baseline=\"main\",reason=\"Pinned\",status=\"True\",type=\"Ready\"} 1.0",
                        "cpu_baseline_nodes{baseline=\"main\",state=\"contributing\"} 3.0",
                        "cpu_baseline_nodes_unknown{baseline=\"main\",reason=\"NotReady\"} 2.0",
                        "cpu_baseline_migration_domain_nodes{baseline=\"main\",vendor=\"Intel\"} 3.0",
                        "cpu_baseline_candidate_since_timestamp_seconds{baseline=\"main\",direction=\"Raise\",trigger=\"Evidence\"} 1.7672256E9",
                        "cpu_baseline_virtual_machines{baseline=\"main\",state=\"pending_restart\"} 7.0",
                        "cpu_baseline_virtual_machines_skipped{baseline=\"main\",reason=\"OptedOut\"} 1.0",
                        "cpu_baseline_status_writes_total{baseline=\"main\"} 2.0",
                        "cpu_baseline_pin_changes_total{baseline=\"main\",direction=\"Raise\",trigger=\"Evidence\"} 1.0",
                        "cpu_baseline_virtual_machine_patches_total{baseline=\"main\",result=\"Gone\"} 1.0",
                        "cpu_baseline_plan_duration_seconds_count 1",
                        "cpu_baseline_verification_timestamp_seconds{baseline=\"main\",result=\"verified\"} 1.7672256E9",
                        "cpu_baseline_leader 1.0")
                .noneMatch(line -> line.contains("LacksPinned") || line.contains("node-1"))
                .noneMatch(
                        line -> line.startsWith("cpu_baseline_virtual_machines_skipped") && !line.contains("OptedOut"));
    }

    @Test
    void theDocumentationHasEveryMetricWithItsLabelsAndNoOther() throws IOException {
        // Given: all that there can be
        metrics.observed("main", observed(status()));
        metrics.statusWritten("main");
        metrics.pinMoved("main", "Raise", "Evidence");
        metrics.virtualMachineWritten("main", new WriteOutcome.Gone());
        metrics.planned(Duration.ofMillis(3));
        metrics.campaign("nightly", campaign());
        metrics.restart("nightly", "Requested");
        Map<String, Set<String>> served = new TreeMap<>();
        for (String line : ours()) {
            Matcher series = SERIES.matcher(line);
            assertThat(series.lookingAt()).as(line).isTrue();
            String labels = Objects.requireNonNullElse(series.group("labels"), "");
            Set<String> names = served.computeIfAbsent(
                    series.group("name").replaceFirst("(?<=_duration_seconds)_(bucket|count|sum|max)$", ""),
                    name -> new TreeSet<>());
            LABEL.matcher(labels).results().map(label -> label.group(1)).forEach(names::add);
        }
        served.values().forEach(labels -> labels.remove("le"));

        // When
        String page = Files.readString(Path.of(System.getProperty("basedir", "."), "../docs/metrics.md"));
        Map<String, Set<String>> documented = new TreeMap<>();
        ROW.matcher(page)
                .results()
                .forEach(row -> documented.put(
                        row.group(1),
                        NAME.matcher(row.group(2))
                                .results()
                                .map(name -> name.group(1))
                                .collect(Collectors.toCollection(TreeSet::new))));

        // Then
        assertThat(documented).isEqualTo(served);
        assertThat(page)
                .contains(Stream.of(WriteOutcome.class.getPermittedSubclasses())
                        .map(outcome -> "`%s`".formatted(outcome.getSimpleName()))
                        .toList());
    }

    private static final Pattern SERIES = Pattern.compile("(?<name>[a-z_]+)(\\{(?<labels>.*)})? ");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(cpu_baseline_[a-z_]+)` \\| ([^|]*)\\|");
    private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");

    @Test
    void nothingLingersAfterABaseline() {
        // Given
        metrics.observed("main", observed(status()));
        metrics.statusWritten("main");
        metrics.observed("other", observed(status()));

        // When
        metrics.forget("main");

        // Then
        assertThat(ours()).noneMatch(line -> line.contains("\"main\"")).anyMatch(line -> line.contains("\"other\""));
    }

    @Test
    void aCampaignIsCountedUntilItIsGone() {
        // Given
        metrics.campaign("nightly", campaign());
        metrics.campaign("other", campaign());
        metrics.restart("nightly", "Requested");
        metrics.restart("nightly", "Requested");
        assertThat(ours())
                .contains(
                        "cpu_baseline_campaign_virtual_machines{campaign=\"nightly\",state=\"due\"} 9.0",
                        "cpu_baseline_campaign_virtual_machines{campaign=\"nightly\",state=\"restarting\"} 2.0",
                        "cpu_baseline_campaign_virtual_machines{campaign=\"nightly\",state=\"restarted\"} 4.0",
                        "cpu_baseline_campaign_virtual_machines{campaign=\"nightly\",state=\"failed\"} 1.0",
                        "cpu_baseline_campaign_virtual_machines{campaign=\"nightly\",state=\"waiting_for_consent\"} 3.0",
                        "cpu_baseline_campaign_restarts_total{campaign=\"nightly\",result=\"Requested\"} 2.0");

        // When
        metrics.forgetCampaign("nightly");

        // Then
        assertThat(ours()).noneMatch(line -> line.contains("\"nightly\"")).anyMatch(line -> line.contains("\"other\""));
    }

    @Test
    void nothingIsSaidOfBaselinesThatNobodyReconciles() {
        // Given
        metrics.observed("main", observed(status()));
        metrics.statusWritten("main");

        // When
        metrics.forgetBaselines();

        // Then what was counted stays
        assertThat(ours())
                .filteredOn(line -> line.contains("\"main\""))
                .singleElement()
                .asString()
                .startsWith("cpu_baseline_status_writes_total");
    }

    @Test
    void aStrangeStatusIsServedAsFarAsItGoes() {
        // Given
        Condition twice = new Condition("Ready", "True", 1L, null, "Pinned", "");
        ClusterCpuBaselineStatus odd = new ClusterCpuBaselineStatus(
                1L,
                List.of(twice, twice),
                null,
                new CandidateBaseline("", "", null, List.of(), "yesterday", null, null, null, null, null),
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(new MigrationDomainReport("", 1), new MigrationDomainReport("", 2)),
                List.of(),
                null,
                null,
                List.of());

        // When
        metrics.observed("main", observed(odd));

        // Then
        assertThat(ours()).anyMatch(line -> line.startsWith("cpu_baseline_condition"));
    }

    private static ClusterRestartCampaignStatus campaign() {
        return new ClusterRestartCampaignStatus(
                1L, List.of(), "Haswell-0123456789", 20, 9, 2, 4, 1, 3, 2, null, null, null, List.of(), List.of());
    }

    private static Metrics.Observed observed(ClusterCpuBaselineStatus status) {
        return new Metrics.Observed(status, Map.of(Reason.NotReady, 2), Map.of(Reason.OptedOut, 1));
    }

    private List<String> ours() {
        return Stream.of(metrics.scrape().split("\n"))
                .filter(line -> line.startsWith("cpu_baseline_"))
                .toList();
    }

    private static ClusterCpuBaselineStatus status() {
        return new ClusterCpuBaselineStatus(
                1L,
                List.of(new Condition("Ready", "True", 1L, "2026-01-01T00:00:00Z", "Pinned", "fine")),
                new PinnedBaseline("Haswell-0123456789", "Haswell", "x86-64-v3", List.of(), null, null, null),
                new CandidateBaseline(
                        "x", "y", null, List.of(), "2026-01-01T00:00:00Z", null, "Raise", "Evidence", null, null),
                List.of(),
                new NodeCounts(
                        6,
                        3,
                        3,
                        2,
                        1,
                        4,
                        List.of(
                                new ReasonCount("NotReady", 2, List.of("node-1")),
                                new ReasonCount("LacksPinned", 1, List.of("node-2")))),
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(new MigrationDomainReport("Intel", 3)),
                List.of(),
                new VirtualMachineCounts(
                        10,
                        8,
                        0,
                        1,
                        0,
                        1,
                        7,
                        List.of(
                                new ReasonCount("Conflicting", 1, List.of("a/b")),
                                new ReasonCount("OptedOut", 1, List.of("a/c")),
                                new ReasonCount("SingleNodeShape", 2, List.of("a/d"))),
                        List.of(new ShapeReport("machine type pc-q35-9.6", 2, 1, List.of("a/d")))),
                null,
                List.of(),
                new VerificationReport("Haswell-0123456789", true, "2026-01-01T00:00:00Z", 1, 9, 6, null));
    }
}
