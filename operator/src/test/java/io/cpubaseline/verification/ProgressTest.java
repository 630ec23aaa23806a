package io.cpubaseline.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.verification.Progress.Result;
import io.cpubaseline.verification.Progress.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of a migration from n1 that may take 100 seconds, and for which the scheduler may look for 30. */
class ProgressTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // phase, gone, failure, unschedulable, node, took, waited: result, words
                "'', false, '', '', n1, 1, 0, n2, -, ''",
                "Running, false, '', '', n1, 99, 0, n2, -, ''",
                "Succeeded, false, '', '', n2, 9, 0, n2, Succeeded, ''",
                "Succeeded, false, '', '', n3, 9, 0, '', Succeeded, ''",
                "Succeeded, false, '', '', n3, 9, 0, n2, Failed, it ended on n3",
                "Succeeded, false, '', '', n1, 9, 0, n2, Failed, 'KubeVirt says that it succeeded, but the guest is on n1 still'",
                "Failed, false, guest CPU doesn't match, '', n1, 9, 0, n2, Failed, guest CPU doesn't match",
                "Failed, false, '', '', n1, 9, 0, n2, Failed, 'KubeVirt says no reason; virt-controller''s log may'",
                "Failed, false, '', 0/3 nodes, n1, 9, 9, n2, NoTarget, 0/3 nodes",
                "Scheduling, false, '', 0/3 nodes, n1, 30, 30, n2, -, ''",
                "Scheduling, false, '', 0/3 nodes, n1, 31, 31, n2, NoTarget, 0/3 nodes",
                "'', true, '', '', n1, 9, 0, n2, Failed, somebody has deleted the migration",
                "Running, false, '', '', n1, 101, 0, n2, TimedOut, it has not ended after 101 s (Running)",
                "'', false, '', '', n1, 101, 0, n2, TimedOut, it has not ended after 101 s (KubeVirt has not begun it)",
            })
    void it_is(
            String phase,
            boolean gone,
            String failure,
            String unschedulable,
            String node,
            long took,
            long waited,
            String wanted,
            @Nullable Result result,
            String words) {
        Verdict verdict = new Progress(
                        phase, gone, failure, unschedulable, node, Duration.ofSeconds(took), Duration.ofSeconds(waited))
                .of("n1", wanted, Duration.ofSeconds(30), Duration.ofSeconds(100));

        assertThat(verdict).isEqualTo(new Verdict(result, words));
        assertThat(verdict.isOver()).isEqualTo(result != null);
    }
}
