package io.cpubaseline.lab.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Polls a condition, often enough that nobody notices the polling. */
public final class Wait {
    private static final Duration PAUSE = Duration.ofMillis(25);

    private Wait() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @param otherwise says what was waited for and what was there instead; asked only after the time-out
     * @throws LabException when it does not hold in time
     */
    public static void until(BooleanSupplier condition, Duration timeout, Supplier<String> otherwise) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new LabException(otherwise.get() + " (waited " + timeout.toSeconds() + " s)");
            }
            pause();
        }
    }

    /**
     * Returns what is wanted as soon as it is there.
     *
     * @param otherwise says what was waited for and what was there instead; asked only after the time-out
     * @throws LabException when it does not come in time
     */
    public static <T> T forValue(Supplier<Optional<T>> wanted, Duration timeout, Supplier<String> otherwise) {
        List<T> found = new ArrayList<>(1);
        until(() -> wanted.get().map(found::add).orElse(false), timeout, otherwise);
        return found.get(0);
    }

    private static void pause() {
        try {
            // Programs that start, and files that they write, tell nobody: they are looked at again.
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
