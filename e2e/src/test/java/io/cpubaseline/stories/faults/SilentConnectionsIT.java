package io.cpubaseline.stories.faults;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Deafness;
import io.cpubaseline.stories.stage.Relay;
import io.cpubaseline.stories.stage.Stage;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A load balancer, firewall or NAT forgets the operator's connections and drops what comes by them. Nobody is told: the operator has to notice by
 * the silence. Two labs, since only one operator at a time acts in a cluster.
 */
class SilentConnectionsIT {
    private static final Duration NOTICED = Duration.ofSeconds(60);

    @RegisterExtension
    static final Stage elected = Stage.ofItsOwn();

    @RegisterExtension
    static final Stage alone = Stage.ofItsOwn();

    @Test
    void aLeaderAStandbyAndAnOperatorWithoutElectionReplaceThem() {
        try (Relay first = Relay.to(elected.lab().url());
                Relay second = Relay.to(elected.lab().url());
                Relay third = Relay.to(alone.lab().url())) {
            // Given operators with the waiting times that decide here as they are by default
            List<Relay> relays = List.of(first, second, third);
            String[] byDefault = {"--retry-initial=1s", "--retry-max=5m"};
            Operator leader = elected.operatorBehind(first, "leader", byDefault);
            eventually(() ->
                    assertThat(elected.metric(leader, "cpu_baseline_leader")).isOne());
            Operator standby = elected.operatorBehind(second, "standby", byDefault);
            Operator single = alone.operatorBehind(third, "single", byDefault[0], byDefault[1], "--leader-elect=false");
            for (Stage stage : List.of(elected, alone)) {
                stage.homelab();
                stage.apply(Stage.observing("homelab"));
                stage.awaitPinned("homelab");
            }
            List<Integer> before = relays.stream().map(Relay::accepted).toList();

            // When
            relays.forEach(Relay::drop);
            List<Deafness> deafness =
                    Stream.of(leader, standby, single).map(Deafness::of).toList();
            for (Stage stage : List.of(elected, alone)) {
                stage.nodes().loseCpuLabels("prox08");
            }

            // Then each hears again, by new connections, and answers what has happened meanwhile
            Awaitility.await("all kinds are heard of again: " + deafness)
                    .atMost(NOTICED)
                    .pollInterval(Duration.ofMillis(100))
                    // All of them look each time.
                    .until(() -> !deafness.stream()
                            .map(Deafness::hasHeardAll)
                            .toList()
                            .contains(false));
            System.out.println("Longest deafness: leader " + deafness.get(0).longest() + ", standby "
                    + deafness.get(1).longest() + ", without election "
                    + deafness.get(2).longest());
            assertThat(deafness).allSatisfy(each -> assertThat(each.longest()).isLessThan(NOTICED));
            for (int i = 0; i < relays.size(); i++) {
                assertThat(relays.get(i).accepted()).isGreaterThan(before.get(i));
            }
            for (Stage stage : List.of(elected, alone)) {
                stage.await("homelab", now -> assertThat(now.nodes().unknown()).isOne());
            }

            // And the leader is the leader still, since its Lease has a connection of its own, which is given up sooner
            assertThat(elected.metric(leader, "cpu_baseline_leader")).isOne();
            assertThat(elected.metric(standby, "cpu_baseline_leader")).isZero();

            // When the standby has to go on
            leader.stop();
            elected.nodes().loseCpuLabels("prox07");

            // Then
            elected.await("homelab", now -> assertThat(now.nodes().unknown()).isEqualTo(2));
        }
    }
}
