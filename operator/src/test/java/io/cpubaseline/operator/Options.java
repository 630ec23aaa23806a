package io.cpubaseline.operator;

import java.time.Duration;

/** Options of {@code run} for tests: everything waits for milliseconds. */
final class Options {

    private Options() {}

    static RunOptions quick() {
        return new RunOptions(
                0,
                false,
                "default",
                "test",
                true,
                Duration.ofMillis(100),
                Duration.ofMillis(200),
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofMillis(20),
                Duration.ofMillis(20),
                Duration.ofHours(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3));
    }
}
