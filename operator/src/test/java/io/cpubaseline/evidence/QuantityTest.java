package io.cpubaseline.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantities as Kubernetes writes them, and what is none. */
class QuantityTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    0,           0,                   0
                    8,           8,                   8000
                    7910m,       7,                   7910
                    +1.5,        1,                   1500
                    .5,          0,                   500
                    1.,          1,                   1000
                    32871288Ki,  33660198912,         33660198912000
                    64Gi,        68719476736,         68719476736000
                    1k,          1000,                1000000
                    1e3,         1000,                1000000
                    1E3,         1000,                1000000
                    12E-1,       1,                   1200
                    1E,          1000000000000000000, 9223372036854775807
                    900Ei,       9223372036854775807, 9223372036854775807
                    1e99,        9223372036854775807, 9223372036854775807
                    1e-99,       0,                   0
                    5n,          0,                   0
                    -1,          -,                   -
                    1e999999999, -,                   -
                    many,        -,                   -
                    1 Gi,        -,                   -
                    1KiB,        -,                   -
                    '',          -,                   -
                    """)
    void is_read_in_whole_units_and_in_thousandths(String text, @Nullable Long units, @Nullable Long thousandths) {
        assertThat(Quantity.units(text).stream().boxed().findFirst().orElse(null))
                .isEqualTo(units);
        assertThat(Quantity.thousandths(text).stream().boxed().findFirst().orElse(null))
                .isEqualTo(thousandths);
    }
}
