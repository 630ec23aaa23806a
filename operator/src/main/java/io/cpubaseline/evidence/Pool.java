package io.cpubaseline.evidence;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands out one shared object per distinct value and forgets values that nobody uses any more. Safe for use by several threads.
 *
 * @param <T> values that are immutable and have equality
 */
final class Pool<T> {

    private final Map<T, WeakReference<T>> shared = new WeakHashMap<>();

    /** The shared object that equals the given one: the first such that is still in use. */
    synchronized T shared(T value) {
        T known = find(value);
        if (known == null) {
            shared.put(value, new WeakReference<>(value));
            return value;
        }
        return known;
    }

    /** How many values are in use, or were lately. */
    synchronized int size() {
        return shared.size();
    }

    /** The shared object that equals the given one, or null if there is none yet. */
    synchronized @Nullable T find(T value) {
        WeakReference<T> reference = shared.get(value);
        return reference == null ? null : reference.get();
    }
}
