package io.cpubaseline.campaign;

import java.time.Instant;
import java.util.Optional;

/** When a budget is open. */
public interface Window {

    /** Always. */
    Window ALWAYS = new Window() {
        @Override
        public boolean open(Instant time) {
            return true;
        }

        @Override
        public Optional<Instant> opens(Instant after) {
            return Optional.empty();
        }
    };

    /** Whether it is open at that time. */
    boolean open(Instant time);

    /** When it opens next after that time; nothing if it never does. */
    Optional<Instant> opens(Instant after);
}
