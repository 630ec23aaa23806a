package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.Views;
import io.cpubaseline.operator.watch.WatchedKind.State;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Views that a test changes. */
final class FakeViews<V> implements Views<V> {

    private final Map<ObjectName, V> views = new LinkedHashMap<>();
    private @Nullable List<V> listed;
    private int gets;

    /** How many views were asked for by name since this was last asked. */
    int takeGets() {
        int count = gets;
        gets = 0;
        return count;
    }

    /** Puts a view, or takes it away; returns what was there before. */
    @Nullable
    V set(String namespace, String name, @Nullable V view) {
        listed = null;
        ObjectName key = new ObjectName(namespace, name);
        return view == null ? views.remove(key) : views.put(key, view);
    }

    @Override
    public State state() {
        return State.SYNCED;
    }

    @Override
    public List<V> list() {
        if (listed == null) {
            listed = List.copyOf(views.values());
        }
        return listed;
    }

    @Override
    public Optional<V> get(String namespace, String name) {
        gets++;
        return Optional.ofNullable(views.get(new ObjectName(namespace, name)));
    }
}
