package io.cpubaseline.operator.watch;

import io.cpubaseline.operator.watch.WatchedKind.State;
import java.util.List;
import java.util.Optional;

/**
 * Small views of all objects of one kind, as they are now. Safe for use by several threads.
 *
 * @param <V> the view of one object
 */
public interface Views<V> {

    /** How well the views reflect the API server. */
    State state();

    /** All views, in no order: an unmodifiable copy that later changes don't reach, and the same object until something changes. */
    List<V> list();

    /** The view of one object, if there is one. */
    Optional<V> get(String namespace, String name);
}
