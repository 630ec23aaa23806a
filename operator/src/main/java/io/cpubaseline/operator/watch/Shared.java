package io.cpubaseline.operator.watch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hands out one object for equal ones, so that what thousands of objects have in common is kept once. It knows the most recently used; what it
 * has forgotten is merely kept twice.
 *
 * @param <T> an immutable value
 */
public final class Shared<T> {

    private final Map<T, T> known;

    /** Knows that many. */
    public Shared(int most) {
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<T, T> eldest) {
                return size() > most;
            }
        };
    }

    /** The first of the equal ones that are known: this one if none is. */
    public synchronized T shared(T value) {
        T first = known.putIfAbsent(value, value);
        return first == null ? value : first;
    }
}
