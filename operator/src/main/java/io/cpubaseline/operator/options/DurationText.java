package io.cpubaseline.operator.options;

import io.cpubaseline.report.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as Kubernetes users write them, {@code 30s}, {@code 1h30m}, {@code 500ms}, or by ISO 8601, {@code PT30S}. */
public final class DurationText implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        try {
            Duration duration = Durations.parse(text).orElseGet(() -> Duration.parse(text));
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // told below
        }
        throw new TypeConversionException("'" + text + "' is no duration: write 500ms, 30s, 10m, 1h30m or PT30S");
    }
}
