package io.cpubaseline.operator.machines;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.machines.WriteQueue.Place;
import io.cpubaseline.operator.machines.WriteQueue.Write;
import io.cpubaseline.operator.testing.ManualClock;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** In which order writes are sent, how many at a time, and when none is. */
class WriteQueueTest {

    private static final OwnedFields FIELDS =
            Targets.of("all-nodes", "Intel", "IvyBridge-IBRS").fields();
    private static final WriteOutcome APPLIED = new WriteOutcome.Applied("2", 2);

    private final ScriptedWrites writes = new ScriptedWrites();
    private final ManualClock clock = new ManualClock();
    private final WriteQueue queue = new WriteQueue(writes, clock::nanoTime);
    private final List<String> answers = new ArrayList<>();

    private Write write(String name) {
        return new Write(vm(name).build(), "cpu-baseline.all-nodes", FIELDS, null, outcome -> {
            answers.add("taken in: " + name);
            return () -> answers.add("told: " + name);
        });
    }

    private void put(int from, int to) {
        IntStream.range(from, to).forEach(i -> queue.put("owner-" + i, write("vm-" + i)));
    }

    private List<String> sent() {
        return writes.sent().stream().map(sent -> sent.split(" ")[1]).toList();
    }

    private static List<String> names(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "vm-" + i).toList();
    }

    @Test
    void sixteen_are_under_way_at_a_time_and_each_answer_lets_the_next_one_go_in_the_order_of_coming() {
        // Given
        put(0, 40);

        // When
        queue.send();

        // Then
        assertThat(sent()).isEqualTo(names(0, 16));

        // When
        writes.open().get(5).answer().complete(APPLIED);
        writes.open().get(0).answer().complete(APPLIED);

        // Then
        assertThat(sent()).isEqualTo(names(0, 18));
        assertThat(queue.isUnderWay("owner-5")).isFalse();
        assertThat(queue.isUnderWay("owner-1")).isTrue();
    }

    @Test
    void nothing_is_sent_before_somebody_says_so() {
        // When
        put(0, 3);

        // Then
        assertThat(sent()).isEmpty();
    }

    @Test
    void an_answer_is_taken_in_before_the_owner_may_send_again_and_told_when_the_next_are_on_their_way() {
        // Given
        put(0, 1);
        queue.send();

        // When
        writes.answer(APPLIED);

        // Then
        assertThat(answers).containsExactly("taken in: vm-0", "told: vm-0");
        assertThat(queue.supersede("owner-0", write("vm-0"))).isEqualTo(Place.NOWHERE);
    }

    @Test
    void all_have_patience_when_the_api_server_asks_one_for_it() {
        // Given
        put(0, 20);
        queue.send();

        // When
        writes.open().get(3).answer().complete(new WriteOutcome.Retry(Duration.ofHours(1), "429"));
        writes.answer(APPLIED);
        queue.send();

        // Then
        assertThat(sent()).hasSize(16);
        assertThat(queue.pausedUntil()).isEqualTo(Duration.ofHours(1).toNanos());

        // When a shorter wish comes later
        clock.pass(Duration.ofHours(1));
        queue.send();

        // Then
        assertThat(sent()).isEqualTo(names(0, 20));
    }

    @Test
    void a_shorter_wish_for_patience_does_not_end_a_longer_one() {
        // Given
        put(0, 2);
        queue.send();

        // When
        writes.open().get(0).answer().complete(new WriteOutcome.Retry(Duration.ofHours(1), "429"));
        writes.open().get(0).answer().complete(new WriteOutcome.Retry(Duration.ofMinutes(1), "429"));

        // Then
        assertThat(queue.pausedUntil()).isEqualTo(Duration.ofHours(1).toNanos());
    }

    @Test
    void a_write_that_waits_keeps_its_place_when_it_is_superseded_and_one_under_way_stays_as_it_is() {
        // Given
        put(0, 18);
        queue.send();

        // When
        Place waiting = queue.supersede("owner-16", write("instead"));
        Place underWay = queue.supersede("owner-2", write("too-late"));
        Place nowhere = queue.supersede("owner-99", write("unknown"));
        writes.answer(APPLIED);

        // Then
        assertThat(List.of(waiting, underWay, nowhere)).containsExactly(Place.WAITING, Place.UNDER_WAY, Place.NOWHERE);
        assertThat(sent().subList(16, 18)).containsExactly("instead", "vm-17");
    }

    @Test
    void a_write_that_waits_can_be_dropped_and_one_under_way_can_not() {
        // Given
        put(0, 18);
        queue.send();

        // When
        boolean waiting = queue.drop("owner-16");
        boolean underWay = queue.drop("owner-2");
        writes.answer(APPLIED);

        // Then
        assertThat(waiting).isTrue();
        assertThat(underWay).isFalse();
        assertThat(sent()).doesNotContain("vm-16").contains("vm-17");
    }

    @Test
    void a_sender_that_fails_is_an_answer_too_and_the_next_one_goes() {
        // Given
        put(0, 20);
        writes.fail(new IllegalStateException("no connection"));

        // When
        queue.send();

        // Then
        assertThat(sent()).isEqualTo(names(0, 20));
        assertThat(answers).contains("taken in: vm-19", "told: vm-19").hasSize(40);
    }

    @Test
    void a_closed_queue_sends_nothing_more_and_takes_in_what_is_still_answered() {
        // Given
        put(0, 20);
        queue.send();

        // When
        queue.close();
        queue.put("late", write("late"));
        queue.send();
        writes.answer(APPLIED);

        // Then
        assertThat(sent()).isEqualTo(names(0, 16));
        assertThat(answers).hasSize(32);
    }
}
