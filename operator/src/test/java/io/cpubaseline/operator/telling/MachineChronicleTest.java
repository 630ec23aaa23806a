package io.cpubaseline.operator.telling;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.testing.MockApiServer;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of writes. */
class MachineChronicleTest {

    private static final String COUNTER =
            "cpu_baseline_virtual_machine_patches_total{baseline=\"main\",result=\"Gone\"}";

    private final MockApiServer server = new MockApiServer();
    private final Metrics metrics = new Metrics("1.2.3", "2026.1");
    private final Set<String> baselines = new HashSet<>(Set.of("main"));
    private final MachineChronicle chronicle = new MachineChronicle(
            new EventRecorder(
                    new ApiServer(server.client(), Duration.ofSeconds(5)),
                    "pod-1",
                    Clock.systemUTC(),
                    Duration.ofSeconds(1)),
            metrics,
            baselines::contains);

    @AfterEach
    void stop() {
        server.close();
    }

    private void written() {
        chronicle.written("main", vm("web").build(), OwnedFields.NONE, new WriteOutcome.Gone());
    }

    @Test
    void writes_are_counted() {
        // When
        written();
        written();

        // Then
        assertThat(metrics.scrape()).contains(COUNTER + " 2.0");
    }

    @Test
    void a_write_that_ends_after_its_baseline_is_gone_brings_no_counter_back() {
        // Given
        written();
        baselines.remove("main");
        metrics.forget("main");

        // When
        written();

        // Then
        assertThat(metrics.scrape()).doesNotContain("baseline=\"main\"");
    }
}
