package io.cpubaseline.operator.options;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as Kubernetes users write them, {@code 30s}, {@code 1h30m}, {@code 500ms}, or by ISO 8601, {@code PT30S}. */
public final class DurationText implements ITypeConverter<Duration> {

    private static final Pattern WHOLE = Pattern.compile("(\\d+(h|m(?!s)|s|ms))+");
    private static final Pattern PART = Pattern.compile("(\\d+)(ms|h|m|s)");

    @Override
    public Duration convert(String text) {
        try {
            Duration duration = WHOLE.matcher(text).matches() ? sum(text) : Duration.parse(text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            // told below
        }
        throw new TypeConversionException("'" + text + "' is no duration: write 500ms, 30s, 10m, 1h30m or PT30S");
    }

    private static Duration sum(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long amount = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "h" -> Duration.ofHours(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        default -> Duration.ofMillis(amount);
                    });
        }
        return sum;
    }
}
