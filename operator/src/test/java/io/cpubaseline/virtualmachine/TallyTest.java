package io.cpubaseline.virtualmachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.Tally.State;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Counting virtual machines. */
class TallyTest {

    @Test
    void states_add_up_to_what_is_selected_and_five_examples_are_kept_per_reason() {
        // Given
        Tally tally = new Tally();

        // When
        tally.count(State.APPLIED);
        tally.count(State.APPLIED);
        tally.pendingRestart("shop/web");
        tally.count(State.PENDING);
        tally.count(State.REFUSED, Reason.Forbidden, "shop/db");
        tally.count(State.CONFLICTING, Reason.Contended, "shop/cache");
        for (int i = 0; i < 7; i++) {
            tally.count(State.SKIPPED, Reason.OptedOut, "shop/vm-" + i);
        }

        // Then
        assertThat(tally.selected()).isEqualTo(12);
        assertThat(tally.in(State.APPLIED)).isEqualTo(2);
        assertThat(tally.in(State.SKIPPED)).isEqualTo(7);
        assertThat(tally.pendingRestart()).isEqualTo(1);
        assertThat(tally.with(Reason.OptedOut)).isEqualTo(7);
        assertThat(tally.with(Reason.Refused)).isZero();
        assertThat(tally.examples(Reason.OptedOut))
                .containsExactly("shop/vm-0", "shop/vm-1", "shop/vm-2", "shop/vm-3", "shop/vm-4");
        assertThat(tally.reasons())
                .containsOnlyKeys(Reason.PendingRestart, Reason.Forbidden, Reason.Contended, Reason.OptedOut);
    }

    @Test
    void reasons_of_skipped_ones_add_up_to_them_whatever_other_reasons_there_are() {
        // Given
        Tally tally = new Tally();

        // When
        tally.count(State.SKIPPED, Reason.OptedOut, "shop/a");
        tally.count(State.SKIPPED, Reason.OptedOut, "shop/b");
        tally.count(State.SKIPPED, Reason.ClaimedByOther, "shop/c");
        tally.count(State.CONFLICTING, Reason.ClaimedByOther, "shop/d");
        tally.count(State.APPLIED);
        tally.pendingRestart("shop/e");

        // Then
        assertThat(tally.skipped()).containsOnly(Map.entry(Reason.OptedOut, 2), Map.entry(Reason.ClaimedByOther, 1));
        assertThat(tally.in(State.SKIPPED)).isEqualTo(3);
    }
}
