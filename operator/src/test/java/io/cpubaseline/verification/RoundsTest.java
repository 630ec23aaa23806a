package io.cpubaseline.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the next round begins. Times are in seconds since the first. */
class RoundsTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"3, 0, 0, 0, 0", "3, 1, 0, 40, 40", "3, 2, 40, 90, 90", "3, 3, 90, 120, -", "1, 1, 0, 40, -"})
    void counted_rounds_follow_each_other(int most, int done, int begun, int now, Integer next) {
        assertThat(Rounds.of(most).next(done, Duration.ofSeconds(begun), Duration.ofSeconds(now)))
                .isEqualTo(Optional.ofNullable(next).map(Duration::ofSeconds));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // the first one, at once
                "0, 0, 0, 0",
                // not before its time
                "1, 0, 20, 60",
                // one that took longer delays the next
                "1, 0, 70, 70",
                "2, 70, 90, 130",
                // until the time is over
                "5, 240, 250, 300",
                "6, 300, 310, -",
                "5, 240, 301, -",
            })
    void timed_rounds_begin_every_minute_for_five(int done, int begun, int now, Integer next) {
        assertThat(Rounds.every(Duration.ofSeconds(60), Duration.ofSeconds(300))
                        .next(done, Duration.ofSeconds(begun), Duration.ofSeconds(now)))
                .isEqualTo(Optional.ofNullable(next).map(Duration::ofSeconds));
    }
}
