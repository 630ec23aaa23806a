package io.cpubaseline.virtualmachine;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those that wait for their turn: namespaces one after the other, and in each of them by name. The order depends on nothing else, and what a
 * step costs does hardly grow with their number. Not safe for use by several threads.
 *
 * @param <T> what waits
 */
public final class Turns<T> {

    private final NavigableMap<String, NavigableMap<String, T>> namespaces = new TreeMap<>();
    private String last = "";
    private int size;

    /** Lets it wait; in place of another of the same name. */
    public void add(String namespace, String name, T waiting) {
        if (namespaces.computeIfAbsent(namespace, n -> new TreeMap<>()).put(name, waiting) == null) {
            size++;
        }
    }

    /** It waits no longer; whether it did. */
    public boolean remove(String namespace, String name) {
        NavigableMap<String, T> names = namespaces.get(namespace);
        if (names == null || names.remove(name) == null) {
            return false;
        }
        left(namespace, names);
        return true;
    }

    /** Whose turn it is, who waits no longer; null if nobody waits. */
    public @Nullable T next() {
        Map.Entry<String, NavigableMap<String, T>> namespace = namespaces.higherEntry(last);
        if (namespace == null) {
            namespace = namespaces.firstEntry();
        }
        if (namespace == null) {
            return null;
        }
        last = namespace.getKey();
        T next = namespace.getValue().pollFirstEntry().getValue();
        left(last, namespace.getValue());
        return next;
    }

    private void left(String namespace, NavigableMap<String, T> names) {
        size--;
        if (names.isEmpty()) {
            namespaces.remove(namespace);
        }
    }

    /** How many wait. */
    public int size() {
        return size;
    }

    /** Gives each of those that wait, in no order of turns. */
    public void forEach(Consumer<T> consumer) {
        namespaces.values().forEach(names -> names.values().forEach(consumer));
    }
}
