package io.cpubaseline.virtualmachine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShareTest {

    @ParameterizedTest
    @CsvSource({
        "10%, 0, 0",
        "10%, 1, 1",
        "10%, 10, 1",
        "10%, 11, 2",
        "10%, 100, 10",
        "0%, 100, 0",
        "100%, 7, 7",
        "1%, 2000000000, 20000000",
        "0, 100, 0",
        "25, 100, 25",
        "25, 7, 7",
    })
    void a_percentage_is_rounded_up_and_a_number_is_bounded_by_all(String text, int total, int expected) {
        assertThat(Share.parse(text).orElseThrow().of(total)).isEqualTo(expected);
        assertThat(Share.parse(text).orElseThrow()).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "101%", "-1", "1.5", "ten", "10 %", "1000000", "10%%"})
    void anything_else_is_none(String text) {
        assertThat(Share.parse(text)).isEmpty();
    }
}
