package io.cpubaseline.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that somebody may have meant. */
public final class Spelling {

    /** Of so many letters one may be wrong. */
    private static final int LETTERS_PER_MISTAKE = 4;

    /** Names of models and features are shorter; nobody means one with a longer one. */
    private static final int LONGEST = 63;

    private Spelling() {}

    /** The known name that is nearest to this one; nothing if none is near. Of equally near ones the first by name. */
    public static Optional<String> nearest(String name, Collection<String> known) {
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        int most = Math.max(1, name.length() / LETTERS_PER_MISTAKE);
        return known.stream()
                .filter(candidate -> distance(name, candidate) <= most || begins(candidate, name))
                .min(Comparator.comparing((String candidate) -> Math.min(distance(name, candidate), most + 1))
                        .thenComparing(String::length)
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static boolean begins(String name, String beginning) {
        return name.length() > beginning.length()
                && name.toLowerCase(Locale.ROOT).startsWith(beginning.toLowerCase(Locale.ROOT));
    }

    /** How many letters have to be put in, left out, changed or swapped with their neighbour; upper and lower case are the same. */
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, b, i, j, cost);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(String a, String b, int i, int j, int[][] cost) {
        int changed = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int cheapest = Math.min(changed, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(cheapest, cost[i - 2][j - 2] + 1) : cheapest;
    }
}
