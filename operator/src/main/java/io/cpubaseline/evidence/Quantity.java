package io.cpubaseline.evidence;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kubernetes' quantities, in any of their notations: {@code 8}, {@code 7910m}, {@code 64Gi}, {@code 1k}, {@code 1e3}
 * (k8s.io/apimachinery/pkg/api/resource).
 */
public final class Quantity {

    private static final Pattern GRAMMAR = Pattern.compile(
            "(?<number>[+-]?(?:[0-9]{1,30}(?:\\.[0-9]{0,30})?|\\.[0-9]{1,30}))(?:(?<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?<exponent>[+-]?[0-9]{1,2}))?");

    private static final Map<String, BigDecimal> FACTORS = Map.ofEntries(
            Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
            Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
            Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
            Map.entry("k", BigDecimal.ONE.movePointRight(3)),
            Map.entry("M", BigDecimal.ONE.movePointRight(6)),
            Map.entry("G", BigDecimal.ONE.movePointRight(9)),
            Map.entry("T", BigDecimal.ONE.movePointRight(12)),
            Map.entry("P", BigDecimal.ONE.movePointRight(15)),
            Map.entry("E", BigDecimal.ONE.movePointRight(18)),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
            Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    private Quantity() {}

    /** Its value in whole units, rounded down; nothing if it is no quantity or less than zero. */
    public static OptionalLong units(String text) {
        return value(text, 0);
    }

    /** Its value in thousandths, rounded down; nothing if it is no quantity or less than zero. */
    public static OptionalLong thousandths(String text) {
        return value(text, 3);
    }

    /** Nothing if it is no quantity or less than zero; what is too much for a long is the most that there is. */
    private static OptionalLong value(String text, int moved) {
        Matcher matcher = GRAMMAR.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        BigDecimal value = new BigDecimal(matcher.group("number"));
        if (matcher.group("suffix") != null) {
            value = value.multiply(FACTORS.getOrDefault(matcher.group("suffix"), BigDecimal.ONE));
        }
        if (matcher.group("exponent") != null) {
            value = value.scaleByPowerOfTen(Integer.parseInt(matcher.group("exponent")));
        }
        value = value.movePointRight(moved);
        if (value.signum() < 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(value.min(MOST).setScale(0, RoundingMode.DOWN).longValueExact());
    }
}
