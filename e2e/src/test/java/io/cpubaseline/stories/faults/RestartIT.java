package io.cpubaseline.stories.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator may end at any moment, and go on later: nothing is decided twice, written twice, or forgotten. */
class RestartIT {
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");
    private static final int MACHINES = 100;

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @Test
    void killedBeforeTheFirstBaselineItComesToTheSameOne() {
        // Given: a node is waited for
        stage.homelab();
        stage.nodes().loseCpuLabels("prox08");
        Operator operator = stage.operator("--evidence-grace=1h");
        stage.apply(BASELINE);
        String candidate = stage.await("homelab", "Ready", "False WaitingForEvidence")
                .candidate()
                .revision();

        // When
        operator.kill();
        stage.operator();

        // Then
        assertThat(stage.awaitPinned("homelab").pinned().revision()).isEqualTo(candidate);
    }

    @Test
    void killedInTheMiddleOfWritesItWritesTheRestAndNothingTwice() throws InterruptedException {
        // Given
        stage.homelab();
        IntStream.range(0, MACHINES).forEach(i -> stage.machines().create("vm-" + i, "homelab"));
        Operator operator = stage.operator();

        // When it has just pinned a baseline, and has written some
        stage.applyUntilWritten(BASELINE, 3);
        operator.kill();

        // Then the pin is persisted already
        PinnedBaseline pinned = stage.baseline("homelab").pinned();
        AuditLog.Mark killed = stage.mark();
        Set<String> written = stage.machines().withModel();
        assertThat(written).hasSizeLessThan(MACHINES);

        // When
        stage.operator();

        // Then
        Seen seen = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.virtualMachines().applied()).isEqualTo(MACHINES);
        assertThat(stage.machines().generations()).containsOnly(2L);
        assertThat(machineWritesSince(killed))
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(written.stream()
                        .map(name -> "patch virtualmachines default/" + name)
                        .toList());
    }

    @Test
    void aRestartWritesNothingThatIsThereAlready() {
        // Given
        stage.homelab();
        stage.nodes().loseCpuLabels("prox08");
        stage.machines().create("web", "homelab");
        Operator operator = stage.operator();
        stage.apply(BASELINE);
        stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        Seen settled = stage.settled("homelab");
        Map<String, String> machines = stage.machines().versions();
        List<String> events = stage.events("ClusterCpuBaseline", "homelab");

        // When it is asked to stop
        Instant asked = Instant.now();
        operator.stop();

        // Then it does so soon, and gives the Lease up
        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(holder()).isEmpty();

        // When it is started again, and something happens at last
        AuditLog.Mark before = stage.mark();
        stage.operator();
        stage.apply(Stage.observing("sentinel"));
        stage.awaitPinned("sentinel");

        // Then only that was written
        assertThat(stage.writesSince(before)).allMatch(write -> write.contains("sentinel") || write.contains("events"));
        assertThat(stage.baseline("homelab").resourceVersion()).isEqualTo(settled.resourceVersion());
        assertThat(stage.machines().versions()).isEqualTo(machines);
        assertThat(stage.events("ClusterCpuBaseline", "homelab")).containsExactlyInAnyOrderElementsOf(events);
    }

    @Test
    void aSecondOneStandsByAndTakesOver() {
        // Given
        stage.homelab();
        Operator first = stage.operatorIn("operator-0", "--lease-duration=10s");
        Operator second = stage.operatorIn("operator-1", "--lease-duration=10s");
        stage.apply(BASELINE);
        PinnedBaseline pinned = stage.awaitPinned("homelab").pinned();

        // Then one acts, and both are ready
        assertThat(holder()).isEqualTo("operator-0");
        assertThat(leads(first)).isTrue();
        assertThat(leads(second)).isFalse();
        assertThat(second.isReady()).isTrue();

        // When the first dies
        first.kill();
        stage.machines().create("web", "homelab");

        // Then the second goes on
        Seen seen = stage.await(
                "homelab", now -> assertThat(now.virtualMachines().applied()).isEqualTo(1));
        assertThat(holder()).isEqualTo("operator-1");
        assertThat(leads(second)).isTrue();
        assertThat(seen.pinned()).isEqualTo(pinned);
    }

    private static List<String> machineWritesSince(AuditLog.Mark mark) {
        return stage.writesSince(mark).stream()
                .filter(write -> write.contains("virtualmachines"))
                .toList();
    }

    private static String holder() {
        var lease = stage.lab()
                .client()
                .leases()
                .inNamespace(Chart.NAMESPACE)
                .withName("cpu-baseline")
                .get();
        String holder = lease.getSpec().getHolderIdentity();
        return holder == null ? "" : holder;
    }

    private static boolean leads(Operator operator) {
        return operator.metrics().lines().anyMatch("cpu_baseline_leader 1.0"::equals);
    }
}
