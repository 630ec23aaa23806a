package io.cpubaseline.operator.kube;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Growing delays between tries: each up to twice the last, a little different every time, so that many callers don't return together. */
public final class Backoff {

    private final Duration initial;
    private final Duration longest;
    private int failures;

    /**
     * Starts over.
     *
     * @param initial the first delay
     * @param longest no delay is longer, unless the server asks for it
     */
    public Backoff(Duration initial, Duration longest) {
        this.initial = initial;
        this.longest = longest;
    }

    /** How many failures there have been since the last success. */
    public int failures() {
        return failures;
    }

    /** The last try has succeeded. */
    public void succeeded() {
        failures = 0;
    }

    /**
     * The last try has failed.
     *
     * @param asked what the server asks for; null if it doesn't
     * @return how long to wait
     */
    public Duration failed(@Nullable Duration asked) {
        long most = Math.min(longest.toMillis(), initial.toMillis() << Math.min(failures, 20));
        failures++;
        Duration own =
                Duration.ofMillis(most <= 1 ? most : ThreadLocalRandom.current().nextLong(most - most / 4, most + 1));
        return asked != null && asked.compareTo(own) > 0 ? asked : own;
    }
}
