package io.cpubaseline.stories.stage;

import io.cpubaseline.lab.use.Operator;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For how long an operator has heard nothing about some kind of object, by its own metric {@code cpu_baseline_watch_age_seconds}, from a moment
 * on. It knows as much as it has looked. For one thread.
 */
public final class Deafness {
    private static final Pattern AGE =
            Pattern.compile("cpu_baseline_watch_age_seconds\\{kind=\"([^\"]+)\"} ([-+.0-9Ee]+)");

    private final Operator operator;
    private final long since = System.nanoTime();
    private final Map<String, Double> longest = new TreeMap<>();
    private final Map<String, Double> heard = new TreeMap<>();

    private Deafness(Operator operator) {
        this.operator = operator;
    }

    /** From now on. */
    public static Deafness of(Operator operator) {
        return new Deafness(operator);
    }

    /** Looks once; returns whether something has been heard about every kind since the start. */
    public boolean hasHeardAll() {
        double passed = seconds(System.nanoTime() - since);
        Matcher age = AGE.matcher(operator.metrics());
        while (age.find()) {
            double seconds = Double.parseDouble(age.group(2));
            longest.merge(age.group(1), seconds, Math::max);
            if (seconds < passed) {
                heard.putIfAbsent(age.group(1), passed);
            }
        }
        return !longest.isEmpty() && heard.keySet().containsAll(longest.keySet());
    }

    /** The longest time in which nothing was heard about some kind. */
    public Duration longest() {
        return Duration.ofMillis(Math.round(
                1e3 * longest.values().stream().mapToDouble(age -> age).max().orElse(0)));
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    /** By kind. */
    @Override
    public String toString() {
        return longest.toString();
    }
}
