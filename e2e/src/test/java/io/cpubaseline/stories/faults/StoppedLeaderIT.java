package io.cpubaseline.stories.faults;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Stage;
import io.fabric8.kubernetes.client.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A leader gets no CPU time in the middle of its writes, for longer than its Lease. When it goes on, another one leads. */
class StoppedLeaderIT {
    private static final int MACHINES = 400;
    private static final Duration LEASE = Duration.ofSeconds(10);

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @Test
    void itWritesNothingMore() {
        // Given two operators, and virtual machines that are to be written
        String lease = "--lease-duration=" + LEASE.toSeconds() + "s";
        Operator first = stage.operatorIn("first", lease);
        eventually(() -> assertThat(stage.metric(first, "cpu_baseline_leader")).isOne());
        Operator second = stage.operatorIn("second", lease);
        stage.homelab();
        stage.apply(Stage.patching("homelab", "vendors: Mixed").replace("mode: Patch", "mode: Observe"));
        List<String> names =
                IntStream.range(0, MACHINES).mapToObj(i -> "vm-" + i).toList();
        names.forEach(name -> stage.machines().create(name, "homelab"));
        stage.awaitPinned("homelab");

        // When the leader is stopped as soon as it has begun
        AtomicBoolean begun = new AtomicBoolean();
        Watch watch = stage.machines().watch(() -> {
            if (begun.compareAndSet(false, true)) {
                first.suspend();
            }
        });
        stage.edit("homelab", "{\"virtualMachines\": {\"mode\": \"Patch\"}}");
        eventually(() -> assertThat(begun).isTrue());
        watch.close();
        long stopped = System.nanoTime();
        assertThat(stage.machines().withModel()).hasSizeBetween(1, MACHINES - 1);

        // Then the other one goes on
        eventually(() -> assertThat(stage.metric(second, "cpu_baseline_leader")).isOne());
        stage.awaitApplied("homelab", MACHINES);
        Awaitility.await().until(() -> System.nanoTime() - stopped > 2 * LEASE.toNanos());
        Map<String, String> versions = stage.machines().versions();
        AuditLog.Mark mark = stage.mark();

        // When the first one goes on, too, with all the writes that it had before it
        first.resume();

        // Then it ends, and has written to no virtual machine
        eventually(() -> assertThat(first.isRunning()).isFalse());
        stage.apply(Stage.observing("sentinel"));
        stage.awaitPinned("sentinel");
        assertThat(stage.writesSince(mark)).noneMatch(StoppedLeaderIT::changesAMachine);
        assertThat(stage.machines().versions()).isEqualTo(versions);
        assertThat(stage.metric(second, "cpu_baseline_leader")).isOne();
    }

    /**
     * Of a request that was on its way the API server may have the head, and waits for the body. The body doesn't come, so it answers 400 or 504:
     * that is no write.
     */
    private static boolean changesAMachine(String write) {
        return write.contains("virtualmachines") && !write.endsWith(" 400") && !write.endsWith(" 504");
    }
}
