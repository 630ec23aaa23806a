package io.cpubaseline.operator.testing;

import io.cpubaseline.operator.options.PrometheusOptions;
import io.cpubaseline.operator.options.RunOptions;
import java.time.Duration;
import java.util.Set;

/** Options of {@code run} for tests: everything waits for milliseconds. */
public final class Options {

    private static final Duration INITIAL = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofMillis(50);
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration IDLE = Duration.ofSeconds(45);

    private Options() {}

    public static RunOptions quick() {
        return with(false, "test", LEASE, INITIAL, LONGEST, IDLE, "");
    }

    /** With other delays after failures. */
    public static RunOptions backingOff(Duration initial, Duration longest) {
        return with(false, "test", LEASE, initial, longest, IDLE, "");
    }

    public static RunOptions electing(String identity, Duration leaseDuration) {
        return with(true, identity, leaseDuration, INITIAL, LONGEST, IDLE, "");
    }

    /** With another limit for the silence of watches. */
    public static RunOptions watching(Duration idleLimit) {
        return with(false, "test", LEASE, INITIAL, LONGEST, idleLimit, "");
    }

    /** With a MutatingAdmissionPolicy of this name. */
    public static RunOptions admitting(String admissionPolicy) {
        return with(false, "test", LEASE, INITIAL, LONGEST, IDLE, admissionPolicy);
    }

    private static RunOptions with(
            boolean election,
            String identity,
            Duration leaseDuration,
            Duration retryInitial,
            Duration retryMax,
            Duration idleLimit,
            String admissionPolicy) {
        return new RunOptions(
                0,
                election,
                "default",
                identity,
                true,
                Set.of(),
                true,
                true,
                PrometheusOptions.NONE,
                "",
                admissionPolicy,
                Duration.ofMillis(100),
                Duration.ofMillis(200),
                Duration.ofMillis(100),
                retryInitial,
                retryMax,
                Duration.ofSeconds(30),
                Duration.ofMillis(20),
                Duration.ofMillis(20),
                Duration.ofHours(1),
                Duration.ofSeconds(3),
                Duration.ofMinutes(5),
                Duration.ofSeconds(5),
                leaseDuration,
                idleLimit,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                Duration.ofSeconds(1));
    }
}
