package io.cpubaseline.cpu;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An immutable set of CPU features by their libvirt names (for example {@code avx2}, {@code sse4.1}, {@code lahf_lm}).
 *
 * <p>A small algebra: intersect, union, minus, containsAll. The first names are numbered process-wide, so that a set of them is a few
 * machine words and the algebra is bit operations. The catalog is loaded first and has them all; names beyond, which anybody can write
 * into labels and virtual machines, stay in the sets that have them and are let go with these. Neither shows: order, equality and
 * text depend on names alone.
 */
public final class FeatureSet {

    private static final String[] NONE = {};
    private static final FeatureSet EMPTY = new FeatureSet(new long[0], NONE);

    /** Numbered names by their numbers, without zeros at the end. */
    private final long[] words;

    /** Names without a number, sorted. */
    private final String[] others;

    private FeatureSet(long[] words, String[] others) {
        this.words = words;
        this.others = others;
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
        TreeSet<String> others = null;
        for (String name : names) {
            int number = Names.numberOf(name);
            if (number == Names.WITHOUT_NUMBER) {
                others = others == null ? new TreeSet<>() : others;
                others.add(name);
                continue;
            }
            if (number >> 6 >= words.length) {
                words = Arrays.copyOf(words, (number >> 6) + 1);
            }
            words[number >> 6] |= 1L << number;
        }
        return trimmed(words, others == null ? NONE : others.toArray(NONE));
    }

    /** Whether the feature is in this set. */
    public boolean contains(String name) {
        Integer number = Names.NUMBERS.get(name);
        return number == null
                ? others.length > 0 && Arrays.binarySearch(others, name) >= 0
                : number >> 6 < words.length && (words[number >> 6] & 1L << number) != 0;
    }

    /** Whether every feature of {@code other} is in this set. */
    public boolean containsAll(FeatureSet other) {
        for (int i = 0; i < other.words.length; i++) {
            if ((other.words[i] & ~wordAt(i)) != 0) {
                return false;
            }
        }
        for (String name : other.others) {
            if (Arrays.binarySearch(others, name) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The features that are in both sets. */
    public FeatureSet intersect(FeatureSet other) {
        if (isEmpty() || other.isEmpty()) {
            return EMPTY;
        }
        long[] result = new long[Math.min(words.length, other.words.length)];
        for (int i = 0; i < result.length; i++) {
            result[i] = words[i] & other.words[i];
        }
        return trimmed(result, chosen(others, other.others, true));
    }

    /** The features that are in this set or in {@code other}. */
    public FeatureSet union(FeatureSet other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        long[] result = new long[Math.max(words.length, other.words.length)];
        for (int i = 0; i < result.length; i++) {
            result[i] = wordAt(i) | other.wordAt(i);
        }
        return trimmed(result, merged(others, other.others));
    }

    /** The features of this set that are not in {@code other}. */
    public FeatureSet minus(FeatureSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        long[] result = words.clone();
        for (int i = 0; i < Math.min(words.length, other.words.length); i++) {
            result[i] &= ~other.words[i];
        }
        return trimmed(result, chosen(others, other.others, false));
    }

    /** This set and one more feature. */
    public FeatureSet with(String name) {
        return contains(name) ? this : union(of(name));
    }

    /** The features of this set for which the condition holds. */
    public FeatureSet filter(Predicate<String> condition) {
        return isEmpty() ? EMPTY : copyOf(stream().filter(condition).toList());
    }

    /** How many features are in the set. */
    public int size() {
        int size = others.length;
        for (long word : words) {
            size += Long.bitCount(word);
        }
        return size;
    }

    /** Whether the set has no feature. */
    public boolean isEmpty() {
        return words.length == 0 && others.length == 0;
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
        System.arraycopy(others, 0, names, next, others.length);
        Arrays.sort(names);
        return Arrays.stream(names);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeatureSet that
                && Arrays.equals(words, that.words)
                && Arrays.equals(others, that.others);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words) * 31 + Arrays.hashCode(others);
    }

    /** The sorted names, separated by spaces. */
    @Override
    public String toString() {
        return String.join(" ", names());
    }

    private long wordAt(int index) {
        return index < words.length ? words[index] : 0;
    }

    /** Those of the sorted names that are, or are not, among the others, which are sorted too. */
    private static String[] chosen(String[] names, String[] among, boolean present) {
        if (names.length == 0 || among.length == 0) {
            return present ? NONE : names;
        }
        return Stream.of(names)
                .filter(name -> Arrays.binarySearch(among, name) >= 0 == present)
                .toArray(String[]::new);
    }

    private static String[] merged(String[] some, String[] more) {
        if (some.length == 0 || more.length == 0) {
            return some.length == 0 ? more : some;
        }
        return Stream.concat(Stream.of(some), Stream.of(more))
                .sorted()
                .distinct()
                .toArray(String[]::new);
    }

    private static FeatureSet trimmed(long[] words, String[] others) {
        int length = words.length;
        while (length > 0 && words[length - 1] == 0) {
            length--;
        }
        if (length == 0 && others.length == 0) {
            return EMPTY;
        }
        return new FeatureSet(length == words.length ? words : Arrays.copyOf(words, length), others);
    }

    /** How many names have a number. */
    static int numbered() {
        return Names.NUMBERS.size();
    }

    /**
     * The process-wide numbers. None is ever taken back, and once all are given no name gets one: what a name is at its first use it
     * is for good, which is what makes equal sets equal.
     */
    private static final class Names {

        /** The catalog has some four hundred names. */
        static final int MOST = 1024;

        static final int WITHOUT_NUMBER = -1;

        private static final Map<String, Integer> NUMBERS = new ConcurrentHashMap<>();
        private static volatile String[] names = new String[0];

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
            if (number == MOST) {
                return WITHOUT_NUMBER;
            }
            String[] grown = number < names.length ? names : Arrays.copyOf(names, number + 128);
            grown[number] = name;
            names = grown;
            NUMBERS.put(name, number);
            return number;
        }
    }
}
