package io.cpubaseline.virtualmachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.virtualmachine.Pacing.Domain;
import io.cpubaseline.virtualmachine.Pacing.Hold;
import io.cpubaseline.virtualmachine.Pacing.Room;
import io.cpubaseline.virtualmachine.Pacing.Situation;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacingTest {

    private static final int ALL = Integer.MAX_VALUE;

    private static Rollout rollout(String maxUpdated, int perMinute, int failures) {
        return new Rollout(false, Share.parse(maxUpdated).orElseThrow(), Share.ALL, perMinute, failures);
    }

    @ParameterizedTest
    @CsvSource({
        // maxUpdated, total, carrying, how many more, why not
        "100%, 10, 0, 10, NONE",
        "100%, 10, 10, 0, MAX_UPDATED",
        "25%, 10, 0, 3, NONE",
        "25%, 10, 3, 0, MAX_UPDATED",
        "25%, 10, 5, 0, MAX_UPDATED",
        "4, 10, 3, 1, NONE",
        "4, 10, 4, 0, MAX_UPDATED",
        "0, 10, 0, 0, MAX_UPDATED",
        // On their way back to what the others have.
        "10%, 100, 90, 10, NONE",
        "10%, 100, 89, 0, MAX_UPDATED",
        "0, 10, 9, 0, MAX_UPDATED",
    })
    void so_many_may_carry_the_revision(String maxUpdated, int total, int carrying, int more, Hold hold) {
        // When
        Room room = Pacing.spread(
                rollout(maxUpdated, 0, 10),
                new Situation(Map.of("Intel", new Domain(total, carrying, true)), false, 0, 0, true, ALL),
                "Intel");

        // Then
        assertThat(room).isEqualTo(new Room(more, hold));
    }

    @ParameterizedTest
    @CsvSource({
        // maxUnproven, all of the domain, of these carrying, whether proven, how many more, why not
        "10%, 100, 0, false, 10, NONE",
        "10%, 100, 10, false, 0, PROOF",
        "10%, 100, 10, true, 110, NONE",
        "10%, 1, 0, false, 21, NONE",
        "10%, 2, 1, false, 0, PROOF",
        "100%, 100, 30, false, 90, NONE",
        "5, 5, 4, false, 21, NONE",
        // A tighter limit than before, or virtual machines that are gone.
        "10%, 100, 60, false, 0, PROOF",
        // What was there before: the last ones are on their way back, or new.
        "10%, 100, 90, false, 10, NONE",
        "10%, 100, 89, false, 0, PROOF",
    })
    void without_a_proof_only_so_many_of_a_domain_carry_it(
            String maxUnproven, int total, int carrying, boolean proven, int more, Hold hold) {
        // Given another domain, which is proven, and of which 20 lack it
        Rollout rollout = new Rollout(false, Share.ALL, Share.parse(maxUnproven).orElseThrow(), 0, 10);
        Situation now = new Situation(
                Map.of("Intel", new Domain(total, carrying, proven), "AMD", new Domain(50, 30, true)),
                false,
                0,
                0,
                true,
                ALL);

        // When, Then
        assertThat(Pacing.spread(rollout, now, "Intel")).isEqualTo(new Room(more, hold));
        assertThat(Pacing.spread(rollout, now, "AMD")).isEqualTo(new Room(20 + total - carrying, Hold.NONE));
        assertThat(Pacing.again(rollout, now).writes()).isPositive();
    }

    @Test
    void the_limit_counts_all_domains_together() {
        // Given
        Map<String, Domain> domains = Map.of("Intel", new Domain(6, 2, true), "AMD", new Domain(4, 1, true));

        // When
        Room room = Pacing.spread(rollout("50%", 0, 10), new Situation(domains, false, 0, 0, true, ALL), "AMD");

        // Then
        assertThat(room).isEqualTo(new Room(2, Hold.NONE));
    }

    @ParameterizedTest
    @CsvSource({
        // tokens, under way, how many more, why not
        "3, 0, 3, NONE",
        "0, 0, 0, PER_MINUTE",
        "100, 10, 6, NONE",
        "100, 16, 0, PER_MINUTE",
    })
    void with_a_limit_per_minute_few_are_under_way(int tokens, int underWay, int more, Hold hold) {
        // When
        Situation now = new Situation(Map.of("", new Domain(1_000, 0, true)), false, underWay, 0, true, tokens);

        // Then
        assertThat(Pacing.spread(rollout("100%", 60, 10), now, "")).isEqualTo(new Room(more, hold));
        assertThat(Pacing.again(rollout("100%", 60, 10), now)).isEqualTo(new Room(more, hold));
    }

    @ParameterizedTest
    @CsvSource({
        // refusals so far, whether any was accepted, under way, how many more, why not
        "0, false, 0, 11, NONE",
        "0, false, 11, 0, REFUSALS",
        "0, true, 500, 500, NONE",
        "7, true, 2, 2, NONE",
        "10, true, 0, 1, NONE",
        "10, true, 1, 0, REFUSALS",
    })
    void what_is_under_way_may_all_be_refused_without_more_than_one_too_many(
            int refusals, boolean accepted, int underWay, int more, Hold hold) {
        // When
        Situation now =
                new Situation(Map.of("", new Domain(1_000, 500, true)), false, underWay, refusals, accepted, ALL);

        // Then
        assertThat(Pacing.spread(rollout("100%", 0, 10), now, "")).isEqualTo(new Room(more, hold));
    }

    @Test
    void a_halt_holds_what_spreads_and_not_what_is_written_again() {
        // Given
        Situation now = new Situation(Map.of("", new Domain(10, 0, true)), true, 0, 11, true, ALL);

        // When, Then
        assertThat(Pacing.spread(Rollout.byDefault(), now, "")).isEqualTo(new Room(0, Hold.HALTED));
        assertThat(Pacing.again(Rollout.byDefault(), now).writes()).isPositive();
        assertThat(Pacing.halts(Rollout.byDefault(), 10)).isFalse();
        assertThat(Pacing.halts(Rollout.byDefault(), 11)).isTrue();
    }

    @Test
    void a_tighter_limit_never_lets_more_pass_and_room_is_never_beyond_what_lacks_it() {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            // Given
            Map<String, Domain> domains = new HashMap<>();
            for (String vendor : new String[] {"", "Intel", "AMD"}) {
                int total = random.nextInt(50);
                domains.put(
                        vendor, new Domain(total, total == 0 ? 0 : random.nextInt(total + 1), random.nextBoolean()));
            }
            int total = domains.values().stream().mapToInt(Domain::total).sum();
            int carrying = domains.values().stream().mapToInt(Domain::carrying).sum();
            Situation now = new Situation(
                    domains,
                    random.nextInt(5) == 0,
                    random.nextInt(20),
                    random.nextInt(12),
                    random.nextBoolean(),
                    random.nextInt(100));
            int percent = random.nextInt(101);
            Rollout loose = new Rollout(false, new Share(percent, true), Share.ALL, 60, 10);
            Rollout tight = new Rollout(false, new Share(percent, true), new Share(10, true), 60, random.nextInt(11));

            // When
            Room room = Pacing.spread(loose, now, "Intel");

            // Then
            assertThat(room.writes()).isBetween(0, total - carrying);
            assertThat(room.writes() == 0).isEqualTo(room.hold() != Hold.NONE);
            assertThat(Pacing.spread(tight, now, "Intel").writes()).isLessThanOrEqualTo(room.writes());
        }
    }
}
