package io.cpubaseline.operator.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.watch.ObjectName;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What has changed for a baseline until it looks. */
class TouchedTest {

    private static final ObjectName WEB = new ObjectName("shop", "web");
    private static final ObjectName DB = new ObjectName("shop", "db");

    private final Touched touched = new Touched();

    @Test
    void each_is_taken_once_by_the_baseline_that_it_concerns() {
        // Given
        assertThat(touched.take("a")).isEmpty();
        assertThat(touched.take("b")).isEmpty();

        // When
        touched.touch("a", WEB);
        touched.touch("a", WEB);
        touched.touch("a", DB);

        // Then
        assertThat(touched.take("a")).contains(Set.of(WEB, DB));
        assertThat(touched.take("a")).contains(Set.of());
        assertThat(touched.take("b")).contains(Set.of());
    }

    @Test
    void whoever_takes_for_the_first_time_looks_at_all_and_so_does_everybody_when_any_may_have_changed() {
        // Given
        touched.touch("a", WEB);
        assertThat(touched.take("a")).isEmpty();
        touched.touch("a", WEB);

        // When
        touched.touchAll();
        touched.touch("a", DB);

        // Then
        assertThat(touched.take("a")).isEmpty();
        assertThat(touched.take("a")).contains(Set.of());
    }

    @Test
    void a_baseline_that_never_looks_keeps_no_names_without_bound() {
        // Given
        touched.take("a");

        // When
        for (int i = 0; i < 100_000; i++) {
            touched.touch("a", new ObjectName("ci", "vm-" + i));
        }

        // Then
        assertThat(touched.take("a")).isEmpty();
    }
}
