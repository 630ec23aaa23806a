package io.cpubaseline.virtualmachine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TempoTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 59, 60, 61, 119, 120, 600, 6_000, 100_000})
    void no_minute_has_more_writes_than_the_limit_even_over_restarts_and_a_full_minute_has_nearly_as_many(
            int perMinute) {
        for (int seed = 0; seed < 20; seed++) {
            // Given somebody who writes as much as may be, looks at random times, and is sometimes restarted
            Random random = new Random(seed);
            long now = random.nextInt(1_000_000);
            Tempo tempo = new Tempo(now);
            ArrayDeque<Long> lastMinute = new ArrayDeque<>();
            boolean restarts = seed % 2 == 0;
            boolean punctual = seed % 4 == 1;
            int most = 0;
            long last = now;

            // When
            for (int step = 0; step < 2_000; step++) {
                now += random.nextInt(4) == 0
                        ? 1 + random.nextInt(3) * MINUTE / perMinute
                        : 1 + random.nextInt((int) (MINUTE / 600));
                if (punctual) {
                    now = Math.max(last + 1, tempo.nextAt(perMinute));
                }
                last = now;
                if (restarts && random.nextInt(50) == 0) {
                    tempo = new Tempo(now);
                }
                for (int may = tempo.available(perMinute, now); may > 0; may--) {
                    tempo.take();
                    lastMinute.addLast(now);
                }
                while (!lastMinute.isEmpty() && lastMinute.getFirst() <= now - MINUTE) {
                    lastMinute.removeFirst();
                }
                most = Math.max(most, lastMinute.size());

                // Then
                assertThat(lastMinute.size()).isLessThanOrEqualTo(perMinute);
            }
            if (punctual && perMinute <= 600) {
                assertThat(most).isGreaterThanOrEqualTo(perMinute * 9 / 10);
            }
        }
    }

    @Test
    void it_tells_when_the_next_write_may_pass() {
        // Given
        Tempo tempo = new Tempo(0);

        // When, Then
        assertThat(tempo.available(60, 0)).isZero();
        long next = tempo.nextAt(60);
        assertThat(Duration.ofNanos(next)).isEqualTo(Duration.ofSeconds(1));
        assertThat(tempo.available(60, next - 1)).isZero();
        assertThat(tempo.available(60, next)).isOne();
    }

    @Test
    void without_a_limit_all_may_pass_and_a_limit_that_comes_later_begins_with_nothing() {
        // Given
        Tempo tempo = new Tempo(0);

        // When, Then
        assertThat(tempo.available(0, MINUTE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(tempo.available(6_000, MINUTE)).isZero();
    }
}
