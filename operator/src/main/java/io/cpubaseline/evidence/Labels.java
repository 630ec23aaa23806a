package io.cpubaseline.evidence;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The labels of a node in little memory: one sorted array of keys and values, on top of another such map that all nodes of a kind
 * share. A selector may name any label, so none is dropped; the two hundred about the CPU exist once per kind of node.
 */
final class Labels extends AbstractMap<String, String> {

    private static final Labels NONE = new Labels(new String[0], null);

    /** Key, value, key, value, …, sorted by key. */
    private final String[] entries;

    private final @Nullable Labels shared;
    private final int hash;

    private Labels(String[] entries, @Nullable Labels shared) {
        this.entries = entries;
        this.shared = shared;
        int sum = shared == null ? 0 : shared.hash;
        for (int i = 0; i < entries.length; i += 2) {
            sum += entries[i].hashCode() ^ entries[i + 1].hashCode();
        }
        this.hash = sum;
    }

    /**
     * A map of its own.
     *
     * @param keysAndValues key, value, key, value, … in any order; the last of several equal keys counts
     */
    static Labels of(List<String> keysAndValues) {
        return keysAndValues.isEmpty() ? NONE : new Labels(sorted(keysAndValues.toArray(String[]::new)), null);
    }

    /** The same of keys that are sorted already. If they aren't it equals no map of these labels, and finds some of them only. */
    static Labels asSorted(List<String> keysAndValues) {
        return new Labels(keysAndValues.toArray(String[]::new), null);
    }

    /** These labels on top of those; the keys must differ. */
    Labels over(Labels other) {
        return new Labels(entries, other);
    }

    /** The same labels in strings that equal labels of other nodes use too. */
    Labels interned() {
        String[] interned = new String[entries.length];
        for (int i = 0; i < entries.length; i++) {
            interned[i] = entries[i].intern();
        }
        return new Labels(interned, shared);
    }

    @Override
    public @Nullable String get(@Nullable Object key) {
        if (!(key instanceof String name)) {
            return null;
        }
        int low = 0;
        int high = entries.length / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = entries[2 * middle].compareTo(name);
            if (order == 0) {
                return entries[2 * middle + 1];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return shared == null ? null : shared.get(name);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return entries.length / 2 + (shared == null ? 0 : shared.size());
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, String>> iterator() {
                return new EntryIterator(Labels.this);
            }

            @Override
            public int size() {
                return Labels.this.size();
            }
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (other instanceof Labels that && (shared == null) == (that.shared == null)) {
            return this == that
                    || hash == that.hash
                            && Arrays.equals(entries, that.entries)
                            && (shared == null || shared.equals(that.shared));
        }
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The API server sends maps sorted; files may not. */
    private static String[] sorted(String[] entries) {
        boolean ascending = true;
        for (int i = 2; i < entries.length && ascending; i += 2) {
            ascending = entries[i - 2].compareTo(entries[i]) < 0;
        }
        if (ascending) {
            return entries;
        }
        Map<String, String> sorted = new TreeMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            sorted.put(entries[i], entries[i + 1]);
        }
        String[] result = new String[2 * sorted.size()];
        int next = 0;
        for (Entry<String, String> entry : sorted.entrySet()) {
            result[next++] = entry.getKey();
            result[next++] = entry.getValue();
        }
        return result;
    }

    private static final class EntryIterator implements Iterator<Entry<String, String>> {

        private @Nullable Labels labels;
        private int next;

        EntryIterator(Labels labels) {
            this.labels = labels;
            skipEmpty();
        }

        @Override
        public boolean hasNext() {
            return labels != null;
        }

        @Override
        public Entry<String, String> next() {
            if (labels == null) {
                throw new NoSuchElementException();
            }
            Entry<String, String> entry = Map.entry(labels.entries[next], labels.entries[next + 1]);
            next += 2;
            skipEmpty();
            return entry;
        }

        private void skipEmpty() {
            while (labels != null && next >= labels.entries.length) {
                labels = labels.shared;
                next = 0;
            }
        }
    }
}
