package io.cpubaseline.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
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
