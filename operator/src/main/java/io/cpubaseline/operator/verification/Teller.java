package io.cpubaseline.operator.verification;

import io.cpubaseline.verification.Leg;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Says on standard error what a run does, while it does it. */
final class Teller {

    private final PrintWriter err;

    Teller(PrintWriter err) {
        this.err = err;
    }

    void say(String text) {
        err.println(text);
        err.flush();
    }

    /** A migration has ended. */
    void told(Leg leg) {
        say("round %d: %s %s -> %s: %s in %s%s"
                .formatted(
                        leg.round(),
                        leg.guest(),
                        leg.source(),
                        leg.target().isEmpty() ? "?" : leg.target(),
                        leg.result(),
                        seconds(leg.took()),
                        leg.explanation().isEmpty() ? "" : ": " + leg.explanation()));
    }

    /** {@code 12.3 s}. */
    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
