package io.cpubaseline.stories.pin;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where nothing changes, nothing happens; and what changes all the time doesn't keep the API server busy. */
class NothingChangesIT {
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");
    private static final List<String> NODES = List.of("prox01", "prox03", "prox04", "prox05", "prox06", "prox07");

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @Test
    void heartbeatsOfNodesAreNoNews() {
        // Given
        Operator operator = steady();
        Seen settled = stage.settled("homelab");
        Map<String, String> machines = stage.machines().versions();
        double reconciliations = stage.metric(operator, "reconciliations_started_total");
        AuditLog.Mark before = stage.mark();

        // When
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        for (int beat = 1; beat <= 50; beat++) {
            stage.nodes()
                    .heartbeat(
                            NODES.get(beat % NODES.size()),
                            now.plusSeconds(beat).toString());
        }
        // And then something real
        stage.nodes().loseCpuLabels("prox08");

        // Then that alone was worked on
        Seen seen = stage.await(
                "homelab", state -> assertThat(state.nodes().unknown()).isEqualTo(1));
        assertThat(stage.writesSince(before).stream().filter(write -> !write.contains("events")))
                .containsExactly("patch clustercpubaselines/status homelab");
        assertThat(stage.metric(operator, "reconciliations_started_total") - reconciliations)
                .as("reconciliations")
                .isBetween(1.0, 3.0);
        assertThat(seen.pinned()).isEqualTo(settled.pinned());
        assertThat(stage.machines().versions()).isEqualTo(machines);
    }

    @Test
    void aNodeThatFlapsMovesNothingAndIsNotWrittenDownEveryTime() {
        // Given
        steady("--count-write-interval=10m");
        PinnedBaseline pinned = stage.settled("homelab").pinned();
        Map<String, String> machines = stage.machines().versions();
        AuditLog.Mark before = stage.mark();

        // When
        for (int i = 0; i < 20; i++) {
            stage.nodes().loseCpuLabels("prox01");
            stage.lab().apply(NodeManifests.homelab().only("prox01").withoutNodeFeatures());
        }
        // And the user edits the baseline, which is answered at once
        stage.edit("homelab", "{\"features\": {\"exclude\": []}}");

        // Then
        Seen seen =
                stage.await("homelab", now -> assertThat(now.nodes().unknown()).isZero());
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.hasCandidate()).isFalse();
        assertThat(stage.machines().versions()).isEqualTo(machines);
        assertThat(stage.writesSince(before).stream().filter(write -> write.contains("clustercpubaselines")))
                .as("a burst of five, and the edit's answer")
                .hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void metricsAndProbesTellHowItIs() {
        // Given
        Operator operator = steady();

        // When
        String metrics = operator.metrics();

        // Then
        assertThat(operator.isLive()).isTrue();
        assertThat(operator.isReady()).isTrue();
        assertThat(metrics)
                .contains(
                        "cpu_baseline_info{baseline=\"homelab\",level=\"x86-64-v3\",model=\"IvyBridge-IBRS\",revision=\"IvyBridge-IBRS-39f75c5fce\"} 1",
                        "cpu_baseline_condition{baseline=\"homelab\",reason=\"Pinned\",status=\"True\",type=\"Ready\"} 1",
                        "cpu_baseline_nodes{baseline=\"homelab\",state=\"contributing\"} 7",
                        "cpu_baseline_migration_domain_nodes{baseline=\"homelab\",vendor=\"AMD\"} 2",
                        "cpu_baseline_pin_changes_total{baseline=\"homelab\",",
                        "cpu_baseline_virtual_machines{baseline=\"homelab\",state=\"applied\"} 1",
                        "cpu_baseline_virtual_machine_patches_total{baseline=\"homelab\",result=\"",
                        "cpu_baseline_plan_duration_seconds_count",
                        "cpu_baseline_status_writes_total{baseline=\"homelab\"}",
                        "cpu_baseline_leader 1",
                        "cpu_baseline_build_info{");

        // When nodes are unknown, virtual machines are skipped, and there is a candidate
        stage.nodes().loseCpuLabels("prox08");
        stage.machines().create(Machines.manifest("bare", "homelab").replace("cpu: {cores: 2}", "cpu: {}"));
        stage.edit("homelab", "{\"features\": {\"exclude\": [\"adx\"]}}");
        stage.await("homelab", "CandidatePending", "True AwaitingApproval");

        // Then
        eventually(
                () -> assertThat(operator.metrics())
                        .contains(
                                "cpu_baseline_nodes_unknown{baseline=\"homelab\",reason=\"KubeVirtLabelsMissing\"} 1",
                                "cpu_baseline_virtual_machines_skipped{baseline=\"homelab\",reason=\"NoCpuTopology\"} 1",
                                "cpu_baseline_candidate_since_timestamp_seconds{baseline=\"homelab\",direction=\"Lower\",trigger=\"Policy\"}"));

        // When the baseline is deleted
        stage.kubectl("delete", "ccb", "homelab");

        // Then nothing is told of it any more
        eventually(() -> assertThat(operator.metrics()).doesNotContain("baseline=\"homelab\""));
    }

    private static Operator steady(String... options) {
        stage.homelab();
        stage.machines().create("web", "homelab");
        Operator operator = stage.operator(options);
        stage.apply(BASELINE);
        stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        return operator;
    }
}
