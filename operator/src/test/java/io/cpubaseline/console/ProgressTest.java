package io.cpubaseline.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When somebody is told how far something is. */
class ProgressTest {

    private static final long MILLISECOND = 1_000_000;

    private final StringWriter err = new StringWriter();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 500 * MILLISECOND);

    /** Does something every 100 ms. */
    private String after(int things, boolean terminal) {
        Progress progress = new Progress(new PrintWriter(err, true), clock::get, () -> terminal);
        for (int i = 0; i < things; i++) {
            clock.addAndGet(100 * MILLISECOND);
            progress.one("files are read");
        }
        return err.toString();
    }

    @Test
    void nothing_is_told_within_the_first_second() {
        assertThat(after(9, true)).isEmpty();
    }

    @Test
    void then_once_a_second() {
        assertThat(after(25, true).lines())
                .containsExactly(
                        "cpu-baseline: 10 files are read so far …", "cpu-baseline: 20 files are read so far …");
    }

    @Test
    void where_nobody_looks_nothing_is_told() {
        assertThat(after(50, false)).isEmpty();
    }
}
