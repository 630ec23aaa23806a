package io.cpubaseline.operator.watch;

import io.cpubaseline.operator.watch.WatchedKind.State;
import java.util.Set;

/**
 * Where everything goes that a loop reads; called by the loop's thread alone.
 *
 * @param <V> the view of one object
 */
interface Sink<V> {

    /** Whether anybody still wants it. */
    boolean wanted();

    /** An object is so. */
    void put(V view);

    /** An object is gone. */
    void remove(ObjectName name);

    /** A list is complete: all other objects are gone. */
    void keepOnly(Set<ObjectName> names);

    /** How well the views reflect the API server from now on, and why. */
    void become(State state, String why);
}
