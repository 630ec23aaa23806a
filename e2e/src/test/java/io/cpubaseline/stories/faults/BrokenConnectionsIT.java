package io.cpubaseline.stories.faults;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Relay;
import io.cpubaseline.stories.stage.Stage;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections to the API server break off, stall, or trickle: the operator goes on, and answers what has happened meanwhile. */
class BrokenConnectionsIT {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final String[] OPTIONS = {
        "--retry-initial=1s", "--retry-max=5m", "--watch-idle-limit=10s", "--leader-elect=false"
    };

    private Relay relay;
    private Operator operator;

    @BeforeEach
    void anOperatorBehindARelay() {
        stage.homelab();
        relay = Relay.to(stage.lab().url());
        operator = stage.operatorBehind(relay, "operator-0", OPTIONS);
        stage.apply(Stage.observing("homelab"));
        stage.awaitPinned("homelab");
    }

    @AfterEach
    void closeTheRelay() {
        relay.close();
    }

    @Test
    void connectionsThatAreCutAreOpenedAgain() {
        // When
        relay.cut();

        // Then
        assertThat(answered("cut")).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void answersThatTrickleAreReadAsTheyCome() {
        // When everything is read anew at 4 kB/s
        relay.slow(4_000);
        relay.cut();

        // Then
        assertThat(answered("slow")).isLessThan(Duration.ofSeconds(45));
    }

    @Test
    void answersThatBreakOffHalfWayAreAskedForAgain() {
        // Given an operator to which handshakes come through, but no list as a whole
        operator.kill();
        int before = relay.accepted();
        relay.breakOffAfter(4_000);
        operator = stage.startBehind(relay, "operator-1", OPTIONS);
        eventually(() -> assertThat(relay.accepted()).isGreaterThan(before + 12));
        assertThat(operator.isReady()).isFalse();

        // When
        relay.mend();

        // Then
        assertThat(answered("broken off half way")).isLessThan(Duration.ofSeconds(35));
        assertThat(operator.isReady()).isTrue();
    }

    @Test
    void connectionsThatStallAreReplaced() {
        // When
        relay.hold();

        // Then
        assertThat(answered("stalled")).isLessThan(Duration.ofSeconds(20));
    }

    /** How long a node's change takes from now on until the status has it. */
    private Duration answered(String fault) {
        long start = System.nanoTime();
        stage.nodes().loseCpuLabels("prox08");
        stage.await("homelab", now -> assertThat(now.nodes().unknown()).isOne());
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("Answered after connections were " + fault + ": " + taken);
        assertThat(operator.isRunning()).isTrue();
        assertThat(operator.isLive()).isTrue();
        return taken;
    }
}
