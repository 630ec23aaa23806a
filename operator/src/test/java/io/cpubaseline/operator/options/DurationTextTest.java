package io.cpubaseline.operator.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({"30s,30000", "10m,600000", "500ms,500", "1h30m,5400000", "0s,0", "PT1M,60000", "1m500ms,60500"})
    void bothWaysOfWritingAreRead(String text, long milliseconds) {
        assertThat(new DurationText().convert(text)).isEqualTo(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "-30s", "PT-30S", "1 h", "99999999999999999999s", "9223372036854775807h"})
    void whatIsNoDurationIsExplained(String text) {
        assertThatThrownBy(() -> new DurationText().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("write 500ms, 30s, 10m, 1h30m or PT30S");
    }

    @Test
    void minutesAreNotTakenForMilliseconds() {
        assertThat(new DurationText().convert("1m1ms")).isEqualTo(Duration.ofMillis(60_001));
    }
}
