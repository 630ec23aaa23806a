package io.cpubaseline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTimeTest {

    private static final String NOON = "Thu, 01 Jan 2026 12:00:00 GMT";
    private static final Instant AT_NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final ManualClock own = new ManualClock();
    private final AtomicLong nanos = new AtomicLong(-7);
    private final ServerTime time = new ServerTime(own, nanos::get);

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Test
    void itGoesOnFromWhatTheServerSaidWhateverOurOwnClockDoes() {
        // Given
        time.answered(NOON);

        // When
        own.pass(Duration.ofDays(3));
        pass(Duration.ofSeconds(90));

        // Then
        assertThat(time.instant()).isEqualTo(AT_NOON.plusSeconds(90));
    }

    @Test
    void aLaterTimeIsNotBelieved() {
        // Given
        time.answered(NOON);

        // When: it is set forward, or another server is ahead
        pass(Duration.ofSeconds(1));
        time.answered("Thu, 01 Jan 2026 13:00:00 GMT");

        // Then
        assertThat(time.instant()).isEqualTo(AT_NOON.plusSeconds(1));
    }

    @Test
    void anEarlierTimeIs() {
        // Given
        time.answered(NOON);

        // When
        pass(Duration.ofSeconds(10));
        time.answered("Thu, 01 Jan 2026 11:00:00 GMT");
        pass(Duration.ofSeconds(5));

        // Then
        assertThat(time.instant()).isEqualTo(AT_NOON.minus(Duration.ofHours(1)).plusSeconds(5));
    }

    @Test
    void aClockThatWasBehindAndIsMendedIsBelievedAgainAfterTenMinutes() {
        // Given: before its clock was set, the server was two hours behind
        time.answered("Thu, 01 Jan 2026 10:00:00 GMT");

        // When: it is mended, and answers once a minute
        for (int minute = 0; minute <= 10; minute++) {
            time.answered(DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    AT_NOON.plus(Duration.ofMinutes(minute)).atOffset(ZoneOffset.UTC)));
            if (minute < 5) {
                assertThat(time.instant()).isBefore(AT_NOON);
            }
            pass(Duration.ofMinutes(1));
        }

        // Then
        assertThat(time.instant()).isEqualTo(AT_NOON.plus(Duration.ofMinutes(11)));
    }

    @Test
    void whatWasSaidBeforeALongSilenceNoLongerCounts() {
        // Given
        time.answered("Thu, 01 Jan 2026 10:00:00 GMT");
        pass(Duration.ofHours(1));
        assertThat(time.instant()).isEqualTo(Instant.parse("2026-01-01T11:00:00Z"));

        // When
        time.answered(NOON);

        // Then
        assertThat(time.instant()).isEqualTo(AT_NOON);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "yesterday", "2026-01-01T12:00:00Z"})
    void withoutATimeFromTheServerOurOwnHasToDo(String date) {
        // When
        time.answered(date);

        // Then
        assertThat(time.instant()).isEqualTo(own.instant());
    }
}
