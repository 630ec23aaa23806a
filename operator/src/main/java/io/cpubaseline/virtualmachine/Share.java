package io.cpubaseline.virtualmachine;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Some of a number of virtual machines.
 *
 * @param value how many, or how many in a hundred
 * @param percent whether it is in a hundred
 */
public record Share(int value, boolean percent) {

    /** All of them. */
    public static final Share ALL = new Share(100, true);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,6})(%?)");
    private static final int WHOLE = 100;

    /** As the API writes it: {@code 10%} or {@code 25}; nothing if it is neither. */
    public static Optional<Share> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Share share =
                new Share(Integer.parseInt(matcher.group(1)), !matcher.group(2).isEmpty());
        return share.percent && share.value > WHOLE ? Optional.empty() : Optional.of(share);
    }

    /** How many that is of so many, rounded up: of a few, some percent are at least one. */
    public int of(int total) {
        return percent ? (int) (((long) total * value + WHOLE - 1) / WHOLE) : Math.min(value, total);
    }

    @Override
    public String toString() {
        return percent ? value + "%" : Integer.toString(value);
    }
}
