package io.cpubaseline.cpu;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An immutable set of CPU features by their libvirt names (for example {@code avx2}, {@code sse4.1}, {@code lahf_lm}).
 *
 * <p>A small algebra: intersect, union, minus, containsAll. Names are numbered process-wide on first use, so that a set is a few
 * machine words and the algebra is bit operations; the numbers never show: order, equality and text depend on names alone.
 */
public final class FeatureSet {

    private static final FeatureSet EMPTY = new FeatureSet(new long[0]);

    private final long[] words;

    private FeatureSet(long[] words) {
        this.words = words;
    }

    /** The empty set. */
    public static FeatureSet empty() {
        return EMPTY;
    }

    /** The set of the given names; repeated names count once. */
    public static FeatureSet of(String... names) {
        return copyOf(Arrays.asList(names));
    }

    /** The set of the given names; repeated names count once. */
    public static FeatureSet copyOf(Collection<String> names) {
        if (names.isEmpty()) {
            return EMPTY;
        }
        long[] words = new long[2];
        for (String name : names) {
            int number = Names.numberOf(name);
            if (number >> 6 >= words.length) {
                words = Arrays.copyOf(words, (number >> 6) + 1);
            }
            words[number >> 6] |= 1L << number;
        }
        return trimmed(words);
    }

    /** Whether the feature is in this set. */
    public boolean contains(String name) {
        Integer number = Names.NUMBERS.get(name);
        return number != null && number >> 6 < words.length && (words[number >> 6] & 1L << number) != 0;
    }

    /** Whether every feature of {@code other} is in this set. */
    public boolean containsAll(FeatureSet other) {
        for (int i = 0; i < other.words.length; i++) {
            if ((other.words[i] & ~wordAt(i)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The features that are in both sets. */
    public FeatureSet intersect(FeatureSet other) {
        long[] result = new long[Math.min(words.length, other.words.length)];
        for (int i = 0; i < result.length; i++) {
            result[i] = words[i] & other.words[i];
        }
        return trimmed(result);
    }

    /** The features that are in this set or in {@code other}. */
    public FeatureSet union(FeatureSet other) {
        long[] result = new long[Math.max(words.length, other.words.length)];
        for (int i = 0; i < result.length; i++) {
            result[i] = wordAt(i) | other.wordAt(i);
        }
        return trimmed(result);
    }

    /** The features of this set that are not in {@code other}. */
    public FeatureSet minus(FeatureSet other) {
        long[] result = words.clone();
        for (int i = 0; i < Math.min(words.length, other.words.length); i++) {
            result[i] &= ~other.words[i];
        }
        return trimmed(result);
    }

    /** This set and one more feature. */
    public FeatureSet with(String name) {
        return contains(name) ? this : union(of(name));
    }

    /** The features of this set for which the condition holds. */
    public FeatureSet filter(Predicate<String> condition) {
        return copyOf(stream().filter(condition).toList());
    }

    /** How many features are in the set. */
    public int size() {
        int size = 0;
        for (long word : words) {
            size += Long.bitCount(word);
        }
        return size;
    }

    /** Whether the set has no feature. */
    public boolean isEmpty() {
        return words.length == 0;
    }

    /** The names, sorted. */
    public List<String> names() {
        return stream().toList();
    }

    /** The names as a stream, sorted. */
    public Stream<String> stream() {
        String[] names = new String[size()];
        int next = 0;
        for (int i = 0; i < words.length; i++) {
            for (long word = words[i]; word != 0; word &= word - 1) {
                names[next++] = Names.nameOf((i << 6) + Long.numberOfTrailingZeros(word));
            }
        }
        Arrays.sort(names);
        return Arrays.stream(names);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeatureSet that && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    /** The sorted names, separated by spaces. */
    @Override
    public String toString() {
        return String.join(" ", names());
    }

    private long wordAt(int index) {
        return index < words.length ? words[index] : 0;
    }

    private static FeatureSet trimmed(long[] words) {
        int length = words.length;
        while (length > 0 && words[length - 1] == 0) {
            length--;
        }
        if (length == 0) {
            return EMPTY;
        }
        return new FeatureSet(length == words.length ? words : Arrays.copyOf(words, length));
    }

    /** The process-wide numbering: append-only, so a number once given never changes its name. */
    private static final class Names {

        private static final Map<String, Integer> NUMBERS = new ConcurrentHashMap<>();
        private static volatile String[] names = new String[512];

        private Names() {}

        static int numberOf(String name) {
            Integer known = NUMBERS.get(name);
            return known != null ? known : add(name);
        }

        static String nameOf(int number) {
            return names[number];
        }

        private static synchronized int add(String name) {
            Integer known = NUMBERS.get(name);
            if (known != null) {
                return known;
            }
            int number = NUMBERS.size();
            String[] grown = number < names.length ? names : Arrays.copyOf(names, names.length * 2);
            grown[number] = name;
            names = grown;
            NUMBERS.put(name, number);
            return number;
        }
    }
}
