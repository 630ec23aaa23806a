package io.cpubaseline.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedTest {

    private final Shared<List<String>> shared = new Shared<>(2);

    @Test
    void equal_ones_are_one() {
        List<String> first = new ArrayList<>(List.of("avx2"));

        assertThat(shared.shared(first)).isSameAs(first);
        assertThat(shared.shared(List.of("avx2"))).isSameAs(first);
        assertThat(shared.shared(List.of("avx"))).containsExactly("avx");
    }

    @Test
    void the_least_recently_used_is_forgotten() {
        List<String> kept = shared.shared(List.of("kept", "1"));
        List<String> forgotten = shared.shared(List.of("forgotten", "1"));
        assertThat(shared.shared(List.of("kept", "1"))).isSameAs(kept);

        assertThat(shared.shared(List.of("new", "1"))).containsExactly("new", "1");

        assertThat(shared.shared(List.of("kept", "1"))).isSameAs(kept);
        assertThat(shared.shared(List.of("forgotten", "1"))).isNotSameAs(forgotten);
    }
}
