package io.cpubaseline.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BaselineControllerTest {

    @Test
    void what_is_overdue_is_due_at_once() {
        // When, Then
        assertThat(BaselineController.again(Duration.ofMillis(-3)).getScheduleDelay())
                .contains(0L);
        assertThat(BaselineController.again(Duration.ofMillis(3)).getScheduleDelay())
                .contains(3L);
        assertThat(BaselineController.again(null).getScheduleDelay()).isEmpty();
    }
}
