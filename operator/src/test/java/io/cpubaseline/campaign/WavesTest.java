package io.cpubaseline.campaign;

import static io.cpubaseline.campaign.Guests.NOW;
import static io.cpubaseline.campaign.Guests.PINNED;
import static io.cpubaseline.campaign.Guests.attempt;
import static io.cpubaseline.campaign.Guests.budget;
import static io.cpubaseline.campaign.Guests.due;
import static io.cpubaseline.campaign.Guests.fresh;
import static io.cpubaseline.campaign.Guests.gone;
import static io.cpubaseline.campaign.Guests.memory;
import static io.cpubaseline.campaign.Guests.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.campaign.Candidate.Consent;
import io.cpubaseline.campaign.Guests.Guest;
import io.cpubaseline.campaign.Outlook.Blocked;
import io.cpubaseline.virtualmachine.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whom a campaign restarts next, and what becomes of those that it has chosen. */
class WavesTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Rules TEN_AT_A_TIME = rules(List.of(budget(10)));

    private static Outlook next(Rules rules, Memory before, Guest... guests) {
        return next(rules, before, false, guests);
    }

    private static Outlook next(Rules rules, Memory before, boolean edited, Guest... guests) {
        return Waves.next(
                rules,
                PINNED,
                before,
                edited,
                Arrays.stream(guests).map(Guest::now).toList(),
                NOW);
    }

    private static Guest[] many(String namespace, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> due("%s/%03d".formatted(namespace, i)))
                .toArray(Guest[]::new);
    }

    private static Guest[] both(Guest[] some, Guest... others) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(others)).toArray(Guest[]::new);
    }

    private static List<String> names(List<Attempt> attempts) {
        return attempts.stream().map(Attempt::fullName).toList();
    }

    @Test
    void the_first_one_of_a_revision_is_restarted_alone() {
        Outlook outlook = next(TEN_AT_A_TIME, Memory.NOTHING, many("a", 20));

        assertThat(names(outlook.requests())).containsExactly("a/000");
        assertThat(outlook.memory())
                .isEqualTo(new Memory(
                        PINNED.revision(), 0, 0, null, List.of(new Attempt("a", "000", NOW, Method.Restart, ""))));
    }

    @Test
    void as_many_follow_as_the_budget_allows() {
        assertThat(next(TEN_AT_A_TIME, memory(1), many("a", 20)).requests()).hasSize(10);
    }

    static Stream<Arguments> budgets() {
        Budget always = budget(10);
        return Stream.of(
                arguments("one of a few is a tenth", 5, List.of(Budget.DEFAULT), 1),
                arguments("a tenth", 40, List.of(Budget.DEFAULT), 4),
                arguments("the strictest", 40, List.of(always, Budget.DEFAULT), 4),
                arguments("none", 40, List.of(always, budget(0)), 0),
                arguments("a closed one doesn't count", 40, List.of(always, closed(1, null)), 10),
                arguments("all closed", 40, List.of(closed(10, null)), 0),
                arguments("never more than a status holds", 200, List.of(budget(500)), 100));
    }

    private static Budget closed(int number, @Nullable Instant opens) {
        return new Budget(new Share(number, false), false, new Window() {
            @Override
            public boolean open(Instant time) {
                return false;
            }

            @Override
            public Optional<Instant> opens(Instant after) {
                return Optional.ofNullable(opens);
            }
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("budgets")
    void budgets_limit_what_is_unavailable(String what, int due, List<Budget> budgets, int restarts) {
        assertThat(next(rules(budgets), memory(1), many("a", due)).requests()).hasSize(restarts);
    }

    @Test
    void whoever_is_not_ready_is_unavailable_whatever_the_reason() {
        Guest[] guests =
                both(many("a", 20), fresh("a/x", NOW).notReady(), due("b/y").notReady());

        Outlook outlook = next(rules(List.of(budget(3))), memory(1), guests);

        // One that is not Ready already takes nothing away when it is restarted itself.
        assertThat(names(outlook.requests())).containsExactly("a/000", "b/y");
        assertThat(outlook.counts().unavailable()).isEqualTo(3);
    }

    @Test
    void what_is_not_ready_is_not_restarted_where_too_many_are_or_where_no_budget_is_open() {
        Guest[] ill = many("a", 20);
        Arrays.stream(ill).forEach(Guest::notReady);

        assertThat(next(rules(List.of(budget(3))), memory(1), ill).requests()).isEmpty();
        assertThat(next(rules(List.of(budget(0))), memory(1), due("a/x").notReady())
                        .requests())
                .isEmpty();
        assertThat(next(rules(List.of(closed(9, null))), memory(1), due("a/x").notReady())
                        .requests())
                .isEmpty();
    }

    @Test
    void what_was_chosen_and_has_not_begun_is_given_up_when_the_window_closes_or_too_many_are_away() {
        Attempt chosen = attempt("a/x", MINUTE);

        assertThat(next(rules(List.of(closed(9, null))), memory(1, chosen), due("a/x"))
                        .memory())
                .isEqualTo(memory(1));
        assertThat(next(
                                rules(List.of(budget(1))),
                                memory(1, chosen),
                                due("a/x"),
                                fresh("b/1", NOW).notReady(),
                                fresh("b/2", NOW).notReady())
                        .memory())
                .isEqualTo(memory(1));
    }

    @Test
    void whoever_is_about_to_stop_for_another_reason_is_unavailable_already() {
        Guest[] guests = both(many("a", 5), due("b/1").leaving().blocked(Reason.ChangingState));

        assertThat(next(rules(List.of(budget(1))), memory(1), guests).requests())
                .isEmpty();
    }

    @Test
    void one_that_has_to_be_written_again_stays_on_its_way_and_is_not_chosen() {
        Attempt begun = attempt("a/x", MINUTE);

        Outlook outlook = next(
                TEN_AT_A_TIME,
                memory(1, begun),
                gone("a/x").returns().pending(),
                due("a/y").pending());

        assertThat(outlook.memory().attempts()).containsExactly(begun);
        assertThat(outlook.counts().due()).isOne();
    }

    @Test
    void one_that_its_owner_stops_though_nothing_starts_it_is_over() {
        assertThat(next(TEN_AT_A_TIME, memory(1, attempt("a/x", MINUTE)), gone("a/x"))
                        .memory())
                .isEqualTo(memory(1));
    }

    @Test
    void where_none_may_be_restarted_that_is_said() {
        assertThat(next(TEN_AT_A_TIME, memory(1), due("a/x").blocked(Reason.Forbidden))
                        .hold())
                .isEqualTo(Reason.Forbidden);
    }

    @Test
    void steps_that_become_fewer_in_the_middle_of_a_pause_end_it() {
        Memory paused = new Memory(PINNED.revision(), 4, 1, NOW.minus(MINUTE), List.of());

        Outlook outlook = next(rules(List.of(budget(0)), CANARY), paused, many("a", 3));

        assertThat(outlook.memory().stepReached()).isNull();
        assertThat(outlook.hold()).isEqualTo(Reason.WaitingForBudget);
    }

    @Test
    void whoever_is_between_two_instances_is_unavailable_too_and_whoever_is_stopped_is_not() {
        Guest[] guests = both(
                many("a", 20),
                gone("b/restarted-by-hand").returns(),
                gone("b/stopped").halted());

        Outlook outlook = next(rules(List.of(budget(3))), memory(1), guests);

        assertThat(outlook.counts().selected()).isEqualTo(21);
        assertThat(outlook.requests()).hasSize(2);
    }

    @Test
    void a_budget_per_namespace_holds_in_each() {
        Budget each = new Budget(new Share(1, false), true, Window.ALWAYS);

        Outlook outlook = next(rules(List.of(each)), memory(1), both(many("a", 5), many("b", 5)));

        assertThat(names(outlook.requests())).containsExactly("a/000", "b/000");
        assertThat(next(rules(List.of(each)), outlook.memory(), both(many("a", 5), many("b", 5)))
                        .memory())
                .isEqualTo(outlook.memory());
    }

    @Test
    void whoever_wants_to_be_first_is_then_whoever_can_not_move_then_namespaces_in_turns() {
        Outlook outlook = next(
                TEN_AT_A_TIME,
                memory(1),
                due("a/1"),
                due("a/2"),
                due("b/1"),
                due("c/stuck").stuck(),
                due("d/canary").consent(Consent.FIRST));

        assertThat(names(outlook.requests())).containsExactly("d/canary", "c/stuck", "a/1", "b/1", "a/2");
    }

    @Test
    void nobody_is_restarted_without_consent_or_while_something_stands_against_it() {
        Outlook outlook = next(
                TEN_AT_A_TIME,
                memory(1),
                due("a/silent").consent(Consent.MISSING),
                due("a/moving").blocked(Reason.Migrating),
                due("a/saved").blocked(Reason.BackingUp),
                due("b/moving").blocked(Reason.Migrating));

        assertThat(outlook.requests()).isEmpty();
        assertThat(outlook.counts().due()).isEqualTo(4);
        assertThat(outlook.counts().waitingForConsent()).isOne();
        assertThat(outlook.blocked())
                .isEqualTo(Map.of(
                        Reason.Migrating, new Blocked(2, List.of("a/moving", "b/moving")),
                        Reason.BackingUp, new Blocked(1, List.of("a/saved"))));
        assertThat(outlook.hold()).isEqualTo(Reason.WaitingForConsent);
    }

    @Test
    void of_many_blocked_ones_five_are_named() {
        Guest[] guests = many("a", 9);
        Arrays.stream(guests).forEach(guest -> guest.blocked(Reason.Migrating));

        assertThat(next(TEN_AT_A_TIME, memory(1), guests).blocked())
                .isEqualTo(
                        Map.of(Reason.Migrating, new Blocked(9, List.of("a/000", "a/001", "a/002", "a/003", "a/004"))));
    }

    static Stream<Arguments> attempts() {
        Attempt sent = attempt("a/x", MINUTE);
        Attempt late = attempt("a/x", Duration.ofMinutes(11));
        Instant since = sent.since();
        return Stream.of(
                arguments("nothing has happened yet", sent, due("a/x"), "on the way, asked for"),
                arguments("its stop is under way", sent, due("a/x").leaving(), "on the way"),
                arguments("it has stopped", sent, gone("a/x").returns(), "on the way"),
                arguments("it starts", sent, fresh("a/x", since).notReady(), "on the way"),
                arguments("it is there again", sent, fresh("a/x", since), "finished"),
                arguments("in the second before", sent, fresh("a/x", since.minusSeconds(1)), "over"),
                arguments("its owner has stopped it", sent, gone("a/x").halted(), "over"),
                arguments("consent was withdrawn", sent, due("a/x").consent(Consent.MISSING), "over"),
                arguments("it has begun to migrate", sent, due("a/x").blocked(Reason.Migrating), "over"),
                arguments(
                        "consent was withdrawn too late",
                        sent,
                        due("a/x").leaving().consent(Consent.MISSING),
                        "on the way"),
                arguments(
                        "it doesn't stop",
                        late,
                        due("a/x"),
                        "failed: the instance of before is still there after 600 s"),
                arguments(
                        "it doesn't come back",
                        late,
                        gone("a/x").returns(),
                        "failed: it has no instance yet after 600 s"),
                arguments("it isn't Ready", late, fresh("a/x", since).notReady(), "failed: it isn't Ready after 600 s"),
                arguments("it was late", late, fresh("a/x", since), "finished"),
                arguments(
                        "it came up without",
                        sent,
                        fresh("a/x", since).other(),
                        "failed: it has come up without the pinned CPU model and features"),
                arguments(
                        "no node takes it",
                        sent,
                        fresh("a/x", since).findsNoNode("no node has y"),
                        "failed: it can't be scheduled: no node has y"),
                arguments(
                        "no node takes it at this moment",
                        attempt("a/x", Duration.ofSeconds(20)),
                        fresh("a/x", NOW.minusSeconds(10)).findsNoNode("no node has y"),
                        "on the way"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attempts")
    void what_became_of_one_that_was_chosen(String what, Attempt attempt, Guest guest, String expected) {
        Outlook outlook = next(TEN_AT_A_TIME, memory(3, attempt), guest);

        String became = "over";
        if (!outlook.finished().isEmpty()) {
            became = "finished";
        } else if (!outlook.failed().isEmpty()) {
            became = "failed: " + outlook.failed().get(0).failure();
        } else if (outlook.memory().attempts().contains(attempt)) {
            became = outlook.requests().contains(attempt) ? "on the way, asked for" : "on the way";
        }
        assertThat(became).isEqualTo(expected);
        assertThat(outlook.memory().restarted()).isEqualTo(became.equals("finished") ? 4 : 3);
    }

    @Test
    void one_that_is_deleted_is_forgotten() {
        assertThat(next(TEN_AT_A_TIME, memory(1, attempt("a/x", MINUTE))).memory())
                .isEqualTo(memory(1));
    }

    @Test
    void a_failure_stops_the_campaign_and_what_has_not_begun() {
        Attempt failing = attempt("a/x", Duration.ofMinutes(11));
        Attempt begun = attempt("a/y", MINUTE);
        Attempt notBegun = attempt("a/z", MINUTE);

        Outlook outlook = next(
                TEN_AT_A_TIME,
                memory(1, failing, begun, notBegun),
                fresh("a/x", failing.since()).notReady(),
                due("a/y").leaving(),
                due("a/z"),
                due("b/w"));

        assertThat(outlook.requests()).isEmpty();
        assertThat(names(outlook.memory().attempts())).containsExactly("a/y", "a/x");
        assertThat(outlook.hold()).isEqualTo(Reason.RestartFailed);
        assertThat(outlook.counts().failed()).isOne();
    }

    @Test
    void one_that_comes_up_after_all_does_not_count_any_more() {
        Attempt failed = attempt("a/x", Duration.ofMinutes(20)).failed("it isn't Ready after 600 s");

        Outlook stopped = next(
                TEN_AT_A_TIME, memory(1, failed), fresh("a/x", failed.since()).notReady(), due("b/w"));
        Outlook mended = next(TEN_AT_A_TIME, stopped.memory(), fresh("a/x", failed.since()), due("b/w"));

        assertThat(stopped.failed()).isEmpty();
        assertThat(stopped.requests()).isEmpty();
        assertThat(mended.memory().restarted()).isEqualTo(2);
        assertThat(names(mended.requests())).containsExactly("b/w");
    }

    @Test
    void one_that_did_not_stop_is_tried_again_when_the_campaign_is_edited() {
        Attempt failed = attempt("a/x", Duration.ofMinutes(20)).failed("the instance of before is still there");

        assertThat(next(TEN_AT_A_TIME, memory(1, failed), due("a/x")).requests())
                .isEmpty();
        assertThat(names(
                        next(TEN_AT_A_TIME, memory(1, failed), true, due("a/x")).requests()))
                .containsExactly("a/x");
    }

    @Test
    void paused_nothing_begins_and_what_has_begun_goes_on() {
        Attempt begun = attempt("a/y", MINUTE);

        Outlook outlook = next(
                Guests.paused(),
                memory(1, begun, attempt("a/z", MINUTE)),
                due("a/y").leaving(),
                due("a/z"));

        assertThat(outlook.memory().attempts()).containsExactly(begun);
        assertThat(outlook.requests()).isEmpty();
        assertThat(outlook.hold()).isEqualTo(Reason.Paused);
    }

    @Test
    void while_one_finds_no_node_no_other_begins() {
        Attempt placing = attempt("a/x", Duration.ofSeconds(10));

        Outlook outlook = next(
                TEN_AT_A_TIME,
                memory(1, placing),
                fresh("a/x", placing.since()).findsNoNode("no node has y"),
                due("a/y"));

        assertThat(outlook.memory().attempts()).containsExactly(placing);
    }

    @Test
    void a_new_pin_begins_anew_and_whoever_came_up_with_the_old_one_is_due_again() {
        Attempt sent = attempt("a/x", MINUTE);
        Memory old = new Memory("Penryn-0000000000", 7, 2, null, List.of(sent));
        Waves.Pinned moved = new Waves.Pinned(PINNED.revision(), NOW.minusSeconds(5));

        Outlook outlook = Waves.next(
                TEN_AT_A_TIME,
                moved,
                old,
                false,
                List.of(fresh("a/x", sent.since()).other().now()),
                NOW);

        assertThat(outlook.failed()).isEmpty();
        assertThat(outlook.memory().restarted()).isZero();
        assertThat(outlook.memory().step()).isZero();
        assertThat(outlook.counts().due()).isOne();
    }

    // ---- Steps

    private static final Step CANARY = new Step(new Share(1, false), Duration.ofMinutes(30));
    private static final Step A_FIFTH = new Step(new Share(20, true), Duration.ofHours(1));
    private static final Rules STEPPED = rules(List.of(budget(50)), CANARY, A_FIFTH);

    @Test
    void a_step_is_not_passed_before_its_restarts_have_come_up() {
        Outlook outlook = next(STEPPED, memory(0), many("a", 20));

        assertThat(outlook.requests()).hasSize(1);
        assertThat(outlook.memory().stepReached()).isNull();
    }

    @Test
    void a_step_that_is_reached_pauses() {
        Outlook outlook = next(STEPPED, memory(1), many("a", 20));

        assertThat(outlook.requests()).isEmpty();
        assertThat(outlook.memory().stepReached()).isEqualTo(NOW);
        assertThat(outlook.hold()).isEqualTo(Reason.StepPaused);
        assertThat(outlook.holdsUntil()).isEqualTo(NOW.plus(Duration.ofMinutes(30)));
    }

    @Test
    void after_its_pause_the_next_one_begins() {
        Memory paused = new Memory(PINNED.revision(), 1, 0, NOW.minus(Duration.ofMinutes(30)), List.of());

        Outlook outlook = next(STEPPED, paused, many("a", 20));

        assertThat(outlook.memory().step()).isOne();
        assertThat(outlook.memory().stepReached()).isNull();
        assertThat(outlook.requests()).hasSize(3);
    }

    @Test
    void after_the_last_one_the_rest_follows() {
        Memory last = new Memory(PINNED.revision(), 4, 1, NOW.minus(Duration.ofHours(2)), List.of());

        Outlook outlook = next(STEPPED, last, many("a", 20));

        assertThat(outlook.memory().step()).isEqualTo(2);
        assertThat(outlook.requests()).hasSize(20);
    }

    @Test
    void steps_wait_for_virtual_machines_to_be_there() {
        assertThat(next(STEPPED, memory(0)).memory()).isEqualTo(memory(0));
    }

    // ---- What is said

    @Test
    void without_anybody_due_it_is_complete() {
        Outlook outlook = next(TEN_AT_A_TIME, memory(1), fresh("a/x", NOW), gone("a/y"));

        assertThat(outlook.complete()).isTrue();
        assertThat(outlook.counts().selected()).isOne();
        assertThat(outlook.hold()).isNull();
    }

    static Stream<Arguments> holds() {
        Instant opens = NOW.plus(Duration.ofHours(3));
        return Stream.of(
                arguments(rules(List.of(closed(5, opens))), Reason.WaitingForWindow, opens),
                arguments(rules(List.of(closed(5, null))), Reason.WaitingForWindow, null),
                arguments(rules(List.of(budget(0))), Reason.WaitingForBudget, null));
    }

    @ParameterizedTest
    @MethodSource("holds")
    void what_holds_the_others_is_told(Rules rules, Reason reason, @Nullable Instant window) {
        Outlook outlook = next(rules, memory(1), many("a", 3));

        assertThat(outlook.hold()).isEqualTo(reason);
        assertThat(outlook.nextWindow()).isEqualTo(window);
        assertThat(outlook.counts().due()).isEqualTo(3);
        assertThat(outlook.requests()).isEmpty();
    }

    @Test
    void a_budget_that_shrinks_begins_nothing_until_there_is_room_again() {
        List<Attempt> sent = new ArrayList<>();
        Guest[] guests = many("a", 20);
        for (int i = 0; i < 10; i++) {
            sent.add(attempt("a/%03d".formatted(i), MINUTE));
            guests[i].leaving();
        }
        Memory before = new Memory(PINNED.revision(), 1, 0, null, sent);

        assertThat(next(rules(List.of(budget(4))), before, guests).memory()).isEqualTo(before);
    }

    static Stream<Arguments> blockers() {
        return Stream.of(
                arguments("running", rules(List.of(budget(10))), Reason.AlertFiring),
                arguments("paused", Guests.paused(), Reason.Paused),
                arguments(
                        "closed",
                        rules(List.of(new Budget(new Share(1, false), false, NEVER))),
                        Reason.WaitingForWindow));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blockers")
    void where_something_else_blocks_nobody_begins_and_those_that_have_begun_come_to_their_end(
            String what, Rules rules, Reason hold) {
        Memory before = memory(
                1,
                attempt("a/begun", Duration.ofSeconds(20)),
                attempt("a/asked", Duration.ofSeconds(20)),
                attempt("a/up", MINUTE));

        Outlook outlook = Waves.next(
                rules,
                PINNED,
                before,
                false,
                Stream.of(
                                due("a/begun").leaving(),
                                due("a/asked"),
                                fresh("a/up", NOW.minusSeconds(5)),
                                due("a/another"))
                        .map(Guest::now)
                        .toList(),
                NOW,
                new Blocker(Reason.AlertFiring, "Down"));

        assertThat(outlook.begins()).isFalse();
        assertThat(names(outlook.memory().attempts())).containsExactly("a/begun");
        assertThat(names(outlook.finished())).containsExactly("a/up");
        assertThat(outlook.hold()).isEqualTo(hold);
        assertThat(outlook.holdDetail()).isEqualTo(hold == Reason.AlertFiring ? "Down" : "");
    }

    private static final Window NEVER = new Window() {
        @Override
        public boolean open(Instant time) {
            return false;
        }

        @Override
        public Optional<Instant> opens(Instant after) {
            return Optional.empty();
        }
    };
}
