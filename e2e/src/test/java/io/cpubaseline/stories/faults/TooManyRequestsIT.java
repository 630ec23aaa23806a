package io.cpubaseline.stories.faults;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The API server's priority and fairness let one request of the operator's account through at a time, and answer 429 to all others: its writes, its
 * status, and its Lease.
 */
class TooManyRequestsIT {
    private static final int MACHINES = 300;
    private static final int REFUSED = 30;

    private static final String STORM = """
            apiVersion: flowcontrol.apiserver.k8s.io/v1
            kind: PriorityLevelConfiguration
            metadata: {name: storm}
            spec:
              type: Limited
              limited: {nominalConcurrencyShares: 0, borrowingLimitPercent: 0, limitResponse: {type: Reject}}
            ---
            apiVersion: flowcontrol.apiserver.k8s.io/v1
            kind: FlowSchema
            metadata: {name: storm}
            spec:
              priorityLevelConfiguration: {name: storm}
              matchingPrecedence: 2
              rules:
              - subjects: [{kind: ServiceAccount, serviceAccount: {namespace: %s, name: %s}}]
                resourceRules:
                - {verbs: ["*"], apiGroups: ["*"], resources: ["*"], namespaces: ["*"], clusterScope: true}
            """.formatted(Chart.NAMESPACE, Chart.RELEASE);

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @Test
    void whatIsRefusedIsDoneWhenTheStormIsOver() {
        // Given many virtual machines that are to be written at once
        stage.homelab();
        Operator operator = stage.operator("--retry-initial=1s", "--retry-max=5m");
        stage.apply(Stage.patching("homelab", "vendors: Mixed").replace("mode: Patch", "mode: Observe"));
        IntStream.range(0, MACHINES).forEach(i -> stage.machines().create("vm-" + i, "homelab"));
        stage.awaitPinned("homelab");
        stage.apply(STORM);
        AuditLog.Mark before = stage.mark();

        // When
        stage.edit("homelab", "{\"virtualMachines\": {\"mode\": \"Patch\"}}");

        // Then many are refused, and the operator lives
        eventually(() -> assertThat(refused(before)).hasSizeGreaterThan(REFUSED));
        assertThat(stage.machines().withModel()).hasSizeLessThan(MACHINES);
        assertThat(operator.isRunning()).isTrue();
        assertThat(operator.isLive()).isTrue();

        // When the storm is over
        stage.kubectl("delete", "flowschema,prioritylevelconfiguration", "storm");

        // Then all are written, each once
        stage.awaitApplied("homelab", MACHINES);
        assertThat(stage.writesSince(before))
                .filteredOn(write -> write.contains("virtualmachines") && !write.endsWith(" 429"))
                .hasSize(MACHINES)
                .doesNotHaveDuplicates();
        assertThat(operator.isRunning()).isTrue();
        assertThat(stage.metric(operator, "cpu_baseline_leader")).isOne();
    }

    private static List<String> refused(AuditLog.Mark since) {
        return stage.writesSince(since).stream()
                .filter(write -> write.contains("virtualmachines") && write.endsWith(" 429"))
                .toList();
    }
}
