package io.cpubaseline.operator;

import java.time.Duration;

/** Options of {@code run} for tests: everything waits for milliseconds. */
final class Options {

    private Options() {}

    static RunOptions quick() {
        return with(false, "test", Duration.ofSeconds(3));
    }

    /** With other delays after failures. */
    static RunOptions backingOff(Duration initial, Duration longest) {
        return with(false, "test", Duration.ofSeconds(3), initial, longest);
    }

    static RunOptions electing(String identity, Duration leaseDuration) {
        return with(true, identity, leaseDuration);
    }

    private static RunOptions with(boolean election, String identity, Duration leaseDuration) {
        return with(election, identity, leaseDuration, Duration.ofMillis(10), Duration.ofMillis(50));
    }

    private static RunOptions with(
            boolean election, String identity, Duration leaseDuration, Duration retryInitial, Duration retryMax) {
        return new RunOptions(
                0,
                election,
                "default",
                identity,
                true,
                "",
                Duration.ofMillis(100),
                Duration.ofMillis(200),
                retryInitial,
                retryMax,
                Duration.ofMillis(20),
                Duration.ofMillis(20),
                Duration.ofHours(1),
                Duration.ofSeconds(5),
                leaseDuration,
                Duration.ofSeconds(45));
    }
}
