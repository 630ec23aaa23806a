package io.cpubaseline.operator.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cpubaseline.api.v1alpha1.RestartAttempt;
import io.cpubaseline.campaign.Alerts;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.watch.WatchedKind;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** In which order a look does what it does, and what its failures leave behind. */
class CampaignPassTest {

    private final CampaignCluster cluster = new CampaignCluster();

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Stream<String> attempts() {
        return cluster.stored().attempts().stream().map(RestartAttempt::name).sorted();
    }

    private long asked() {
        return cluster.done.stream().filter(what -> what.startsWith("ask")).count();
    }

    @Test
    void who_is_next_is_persisted_before_anybody_is_asked_for() throws IOException {
        // When
        cluster.process().over(cluster.seen());

        // Then
        assertThat(cluster.done).startsWith("persist").hasSize(4);
        assertThat(cluster.done.subList(1, 4)).containsExactlyInAnyOrder("ask vm-0", "ask vm-1", "ask vm-2");
        assertThat(attempts()).containsExactly("vm-0", "vm-1", "vm-2");
    }

    @Test
    void what_was_asked_for_is_not_asked_for_again_while_nothing_shows_it() throws IOException {
        // Given
        CampaignPass pass = cluster.process();
        pass.over(cluster.seen());
        cluster.done.clear();

        // When
        pass.over(cluster.seen());

        // Then
        assertThat(asked()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"403, Forbidden", "409, Conflict", "500, InternalError"})
    void where_the_status_is_not_written_nothing_is_asked_for(int code, String reason) throws IOException {
        // Given
        CampaignPass pass = cluster.process();
        cluster.whenPersisting(call -> call.refuse(code, reason, "not now"));

        // When
        assertThatThrownBy(() -> pass.over(cluster.seen())).hasMessage("not now");

        // Then
        assertThat(cluster.done).containsExactly("persist");

        // When
        cluster.whenPersisting(cluster::persist);
        pass.over(cluster.seen());

        // Then
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void after_an_edit_that_the_written_status_tells_of_nothing_is_asked_for_before_it_is_read() throws IOException {
        // Given
        CampaignPass pass = cluster.process();
        cluster.whenPersisting(call -> {
            cluster.editUnseen();
            cluster.persist(call);
        });

        // When
        pass.over(cluster.seen());
        pass.over(cluster.seen());

        // Then
        assertThat(cluster.done).containsExactly("persist");

        // When
        cluster.whenPersisting(cluster::persist);
        cluster.shows();
        pass.over(cluster.seen());

        // Then
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void an_edit_ends_the_asking() throws IOException {
        // Given
        cluster.whenAsked(call -> {
            cluster.edit();
            call.answer(202, "");
        });

        // When
        cluster.process().over(cluster.seen());

        // Then
        assertThat(asked()).isEqualTo(1);
        assertThat(attempts()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"409, Conflict", "429, TooManyRequests", "500, InternalError"})
    void trouble_ends_the_asking_and_the_next_look_goes_on(int code, String reason) throws IOException {
        // Given
        CampaignPass pass = cluster.process();
        cluster.whenAsked(call -> call.refuse(code, reason, "not now"));

        // When
        pass.over(cluster.seen());

        // Then
        assertThat(asked()).isEqualTo(1);
        assertThat(attempts()).hasSize(3);

        // When
        cluster.done.clear();
        cluster.whenAsked(call -> call.answer(202, ""));
        pass.over(cluster.seen());

        // Then
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void a_missing_permission_is_believed_for_a_while_and_nobody_is_left_on_the_way() throws IOException {
        // Given
        CampaignPass pass = cluster.process();
        cluster.whenAsked(call -> call.refuse(403, "Forbidden", "no"));
        pass.over(cluster.seen());
        assertThat(asked()).isEqualTo(1);
        cluster.done.clear();

        // When
        pass.over(cluster.seen());

        // Then
        assertThat(asked()).isZero();
        assertThat(attempts()).isEmpty();
        assertThat(cluster.reason("Stalled")).isEqualTo("Forbidden");

        // When the permission has come
        cluster.whenAsked(call -> call.answer(202, ""));
        cluster.clock.pass(CampaignCluster.REFUSAL.plus(Duration.ofSeconds(1)));
        pass.over(cluster.seen());

        // Then
        assertThat(asked()).isEqualTo(3);
        assertThat(attempts()).hasSize(3);
    }

    @Test
    void one_that_kubevirt_refuses_has_failed_and_the_others_are_asked_for() throws IOException {
        // Given
        CampaignPass pass = cluster.process();
        cluster.whenAsked(1, call -> call.refuse(406, "NotAcceptable", "no agent"));
        pass.over(cluster.seen());
        assertThat(asked()).isEqualTo(3);

        // When
        pass.over(cluster.seen());

        // Then
        assertThat(cluster.stored().attempts())
                .filteredOn(attempt -> attempt.failure() != null)
                .singleElement()
                .satisfies(attempt -> {
                    assertThat(attempt.name()).isEqualTo("vm-1");
                    assertThat(attempt.failure()).isEqualTo("KubeVirt refuses the restart: no agent");
                });
        assertThat(cluster.reason("Stalled")).isEqualTo("RestartFailed");
    }

    @Test
    void a_new_process_asks_for_what_was_persisted_and_has_not_begun() throws IOException {
        // Given
        cluster.persisted(0, 1);
        cluster.ends(0);

        // When
        cluster.process().over(cluster.seen());

        // Then
        assertThat(cluster.done).contains("ask vm-1").doesNotContain("ask vm-0");
        assertThat(attempts()).contains("vm-0", "vm-1");
    }

    @Test
    void a_process_that_is_to_end_asks_for_nothing_more_and_the_next_one_does() throws IOException {
        // Given
        Thread here = Thread.currentThread();
        cluster.whenAsked(call -> {
            here.interrupt();
            call.answer(202, "");
        });

        // When
        cluster.process().over(cluster.seen());

        // Then
        assertThat(Thread.interrupted()).isTrue();
        assertThat(asked()).isEqualTo(1);
        assertThat(attempts()).hasSize(3);

        // When
        cluster.done.clear();
        cluster.whenAsked(call -> call.answer(202, ""));
        cluster.process().over(cluster.seen());

        // Then
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void a_status_that_somebody_else_has_written_is_put_right_once_it_is_seen_twice() throws IOException {
        // Given
        CampaignPass pass = cluster.process();
        pass.over(cluster.seen());
        var ours = cluster.stored();
        cluster.deface();
        cluster.done.clear();

        // When it may be of before our own
        pass.over(cluster.seen());

        // Then
        assertThat(cluster.done).isEmpty();

        // When
        pass.over(cluster.seen());

        // Then
        assertThat(cluster.done).containsExactly("persist");
        assertThat(cluster.stored()).isEqualTo(ours);
    }

    static Stream<Function<WatchedCluster, WatchedKind<?>>> kinds() {
        return Stream.of(
                WatchedCluster::nodes,
                WatchedCluster::namespaces,
                WatchedCluster::virtualMachines,
                WatchedCluster::instances,
                WatchedCluster::campaigns);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void where_a_kind_is_not_seen_as_it_is_now_nothing_is_decided(Function<WatchedCluster, WatchedKind<?>> kind)
            throws IOException {
        // Given
        var seen = cluster.seen();
        kind.apply(cluster.watched).stop();

        // When
        cluster.process().over(seen);

        // Then
        assertThat(cluster.done).isEmpty();
    }

    @Test
    void a_new_campaign_says_nothing_of_a_baseline_that_nobody_has_looked_at_yet() throws IOException {
        // Given
        cluster.baselineIsLookedAt(false);
        CampaignPass pass = cluster.process();

        // When, Then
        assertThat(pass.over(cluster.seen())).isFalse();
        assertThat(cluster.done).isEmpty();

        // When it is looked at a moment later
        cluster.baselineIsLookedAt(true);

        // Then
        assertThat(pass.over(cluster.seen())).isTrue();
        assertThat(cluster.done).startsWith("persist");
    }

    @Test
    void a_baseline_that_nobody_pins_is_told_soon() throws IOException {
        // Given
        cluster.baselineIsLookedAt(false);
        CampaignPass pass = cluster.process();
        pass.over(cluster.seen());

        // When
        cluster.clock.pass(Duration.ofSeconds(6));

        // Then
        assertThat(pass.over(cluster.seen())).isTrue();
        assertThat(cluster.reason("Reconciling")).isEqualTo("BaselineNotPinned");
    }

    @Test
    void without_permission_all_is_counted_and_nobody_restarted() throws IOException {
        // Given
        cluster.withoutPermission();

        // When
        cluster.process().over(cluster.seen());

        // Then
        assertThat(cluster.done).containsExactly("persist");
        assertThat(cluster.stored().due()).isEqualTo(3);
        assertThat(cluster.reason("Stalled")).isEqualTo("RestartsNotAllowed");
    }

    @Test
    void alerts_are_looked_at_before_anybody_is_persisted() throws IOException {
        // Given
        cluster.blockedBy("Down");

        // When
        cluster.process().over(cluster.seen());

        // Then
        assertThat(cluster.done).startsWith("look at alerts", "persist");
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void while_one_of_its_alerts_fires_nobody_is_chosen_and_afterwards_it_goes_on() throws IOException {
        // Given
        cluster.blockedBy("Down");
        cluster.alerts = new Alerts.Firing(Set.of("Down", "Watchdog"));
        CampaignPass pass = cluster.process();

        // When
        pass.over(cluster.seen());

        // Then
        assertThat(asked()).isZero();
        assertThat(attempts()).isEmpty();
        assertThat(cluster.reason("Reconciling")).isEqualTo("AlertFiring");

        // When nobody knows
        cluster.alerts = new Alerts.Unknown("Nobody answers.");
        pass.over(cluster.seen());

        // Then
        assertThat(asked()).isZero();
        assertThat(cluster.reason("Reconciling")).isEqualTo("AlertsUnknown");

        // When
        cluster.alerts = new Alerts.Firing(Set.of("Watchdog"));
        pass.over(cluster.seen());

        // Then
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void what_was_persisted_and_has_not_begun_is_given_up_while_an_alert_fires() throws IOException {
        // Given
        cluster.blockedBy("Down");
        cluster.persisted(0, 1);
        cluster.ends(0);
        cluster.alerts = new Alerts.Firing(Set.of("Down"));

        // When
        cluster.process().over(cluster.seen());

        // Then
        assertThat(asked()).isZero();
        assertThat(attempts()).containsExactly("vm-0");
    }

    @Test
    void where_nothing_would_begin_or_no_alert_is_named_nobody_looks_at_alerts() throws IOException {
        // Given
        CampaignPass pass = cluster.process();
        pass.over(cluster.seen());
        cluster.blockedBy("Down");

        // When all are on their way
        pass.over(cluster.seen());

        // Then
        assertThat(cluster.done).doesNotContain("look at alerts");
    }
}
