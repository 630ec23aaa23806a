package io.cpubaseline.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What alerts keep from beginning. */
class AlertsTest {

    private static Set<String> names(@Nullable String text) {
        return text == null ? Set.of() : Arrays.stream(text.split(" ")).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({
        "A,, ",
        "A, B, ",
        "A, A, A",
        "A B, B C, B",
        "A B, B A, 'A, B'",
        "A, a, ",
        "A, AB, ",
        ", A, ",
        "A B C D E F G, G F E D C B A, 'A, B, C, D, E and 2 more'"
    })
    void only_those_that_are_named_block(@Nullable String blocking, @Nullable String firing, @Nullable String detail) {
        Optional<Blocker> blocker = new Alerts.Firing(names(firing)).blocker(names(blocking));

        assertThat(blocker).isEqualTo(Optional.ofNullable(detail).map(words -> new Blocker(Reason.AlertFiring, words)));
    }

    @Test
    void not_to_know_is_to_be_blocked_where_any_is_named() {
        Alerts unknown = new Alerts.Unknown("Nobody answers.");

        assertThat(unknown.blocker(Set.of("A"))).contains(new Blocker(Reason.AlertsUnknown, "Nobody answers."));
        assertThat(unknown.blocker(Set.of())).isEmpty();
    }
}
