package io.cpubaseline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When windows open and close, where clocks are put forward and back, too. */
class CronWindowTest {

    private static CronWindow window(String schedule, String zone, String duration) {
        return new CronWindow(
                schedule, ZoneId.of(zone), Durations.parse(duration).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        // Saturdays from 22:00 in Berlin, which is 21:00 UTC in winter
        "0 22 * * 6, Europe/Berlin, 6h, 2026-11-28T20:59:59Z, false",
        "0 22 * * 6, Europe/Berlin, 6h, 2026-11-28T21:00:00Z, true",
        "0 22 * * 6, Europe/Berlin, 6h, 2026-11-29T02:59:59Z, true",
        "0 22 * * 6, Europe/Berlin, 6h, 2026-11-29T03:00:00Z, false",
        // and 20:00 UTC in summer
        "0 22 * * 6, Europe/Berlin, 6h, 2026-07-04T20:00:00Z, true",
        // 7 is Sunday as 0 is; names of days
        "30 1 * * 7, Etc/UTC, 1h, 2026-11-29T01:30:00Z, true",
        "30 1 * * 0, Etc/UTC, 1h, 2026-11-29T01:30:00Z, true",
        "30 1 * * SUN, Etc/UTC, 1h, 2026-11-29T02:29:59Z, true",
        "*/15 * * * *, Etc/UTC, 5m, 2026-11-29T02:35:00Z, false",
        "*/15 * * * *, Etc/UTC, 5m, 2026-11-29T02:34:59Z, true",
        // The night in which clocks are put forward from 2:00 to 3:00, and that in which they are put back from 3:00 to
        // 2:00
        "0 1 * * *, Europe/Berlin, 3h, 2026-03-29T02:59:59Z, true",
        "0 1 * * *, Europe/Berlin, 3h, 2026-03-29T03:00:00Z, false",
        "0 1 * * *, Europe/Berlin, 3h, 2026-10-25T01:59:59Z, true",
        "0 1 * * *, Europe/Berlin, 3h, 2026-10-25T02:00:00Z, false",
        // Longer than from one to the next: always open
        "0 0 * * *, Etc/UTC, 25h, 2026-11-29T23:59:59Z, true"
    })
    void isOpen(String schedule, String zone, String duration, Instant time, boolean open) {
        assertThat(window(schedule, zone, duration).open(time)).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({
        "0 22 * * 6, Europe/Berlin, 2026-11-28T20:59:59Z, 2026-11-28T21:00:00Z",
        "0 22 * * 6, Europe/Berlin, 2026-11-28T21:00:00Z, 2026-12-05T21:00:00Z",
        "0 4 1 1 *, America/New_York, 2026-11-29T00:00:00Z, 2027-01-01T09:00:00Z"
    })
    void opensNext(String schedule, String zone, Instant after, Instant opens) {
        assertThat(window(schedule, zone, "1h").opens(after)).contains(opens);
    }

    /** In the night of the change one that opens at a time that is skipped opens once, at the moment of the change; one at a time that comes twice opens too. */
    @Test
    void atATimeThatIsSkippedItOpensOnceAndAtOneThatComesTwiceItOpens() {
        CronWindow skipped = window("30 2 * * *", "Europe/Berlin", "30m");
        long minutesOpen = 0;
        for (Instant time = Instant.parse("2026-03-28T23:00:00Z");
                time.isBefore(Instant.parse("2026-03-29T05:00:00Z"));
                time = time.plus(Duration.ofMinutes(1))) {
            minutesOpen += skipped.open(time) ? 1 : 0;
        }

        assertThat(minutesOpen).isIn(0L, 30L);
        assertThat(skipped.open(Instant.parse("2026-10-25T00:30:00Z"))
                        || skipped.open(Instant.parse("2026-10-25T01:30:00Z")))
                .isTrue();
    }

    @Test
    void onADayThatNeverComesItNeverOpens() {
        CronWindow never = window("0 0 31 2 *", "Etc/UTC", "1h");

        assertThat(never.open(Instant.parse("2026-11-29T00:00:00Z"))).isFalse();
        assertThat(never.opens(Instant.parse("2026-11-29T00:00:00Z"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0 22 * *", "0 22 * * 6 2026", "61 * * * *", "at night", "@weekly later"})
    void whatIsNoScheduleIsRefused(String schedule) {
        assertThatThrownBy(() -> window(schedule, "Etc/UTC", "1h")).isInstanceOf(IllegalArgumentException.class);
    }
}
