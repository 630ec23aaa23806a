package io.cpubaseline.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Tally.State;
import org.junit.jupiter.api.Test;

/** When a deleted baseline that gives back what it holds may go. */
class DepartureTest {

    private final Tally releases = new Tally();

    @Test
    void it_waits_for_what_is_to_be_released_and_for_failures_only_so_long() {
        // Given
        releases.count(State.SKIPPED);
        releases.countRetried("shop/web", "failed calling webhook");

        // Then
        assertThat(Departure.waits(releases, false)).isTrue();
        assertThat(Departure.waits(releases, true)).isFalse();

        // When another one is still to be written
        releases.count(State.PENDING);

        // Then
        assertThat(Departure.waits(releases, true)).isTrue();
    }

    @Test
    void it_does_not_wait_for_what_can_not_be_released_and_says_what_stays() {
        // Given
        releases.count(State.SKIPPED);
        assertThat(Departure.stays(releases)).isNull();
        releases.count(State.CONFLICTING, Reason.ReleaseIncomplete, "shop/db");
        releases.count(State.REFUSED, Reason.Forbidden, "shop/mail");
        releases.countRetried("shop/web", "failed calling webhook");

        // Then
        assertThat(Departure.waits(releases, true)).isFalse();
        assertThat(Departure.stays(releases))
                .isEqualTo(
                        "3 virtual machines keep fields of it: 1 whose model has to stay with features that somebody else requires, 1 refused, 1 failed. shop/web: failed calling webhook.");
    }
}
