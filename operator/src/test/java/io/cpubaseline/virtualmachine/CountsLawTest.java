package io.cpubaseline.virtualmachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cpubaseline.Reason;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.virtualmachine.Tally.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Counts that are kept while virtual machines come, change and go are those that one gets by counting all of them. */
@Tag("thorough")
class CountsLawTest {

    private static final List<Reason> REASONS =
            List.of(Reason.OptedOut, Reason.Confidential, Reason.Refused, Reason.Contended);
    private static final List<Reason> NOTES =
            List.of(Reason.PendingRestart, Reason.StartedWithout, Reason.ExtraFeatures, Reason.ChangesVendor);

    private record Counted(VirtualMachineSnapshot vm, Look look, NodeCapacity size, String words) {}

    private final Counts counts = new Counts();
    private final Map<String, Counted> known = new TreeMap<>();

    static List<Integer> seeds() {
        return new Random(17).ints(100).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void after_any_sequence_of_events_they_equal_those_from_nothing(int seed) {
        // Given
        Random random = new Random(seed);

        for (int step = 0; step < 300; step++) {
            // When
            VirtualMachineSnapshot vm = randomMachine(random);
            String name = vm.namespace() + "/" + vm.name();
            Counted before = known.remove(name);
            if (before != null) {
                counts.remove(before.vm(), before.look());
            }
            if (random.nextInt(4) > 0) {
                Look look = randomLook(random);
                String words = look.retried() ? "words " + random.nextInt(3) : "";
                NodeCapacity size = randomSize(random);
                known.put(name, new Counted(vm, counts.add(vm, look, size, words), size, words));
            }

            // Then
            assertThat(Tallies.text(counts.tally())).isEqualTo(Tallies.text(fromNothing()));
        }
    }

    /** One after the other, in the order of their names. */
    private Tally fromNothing() {
        Tally tally = new Tally();
        Map<GuestKind, Integer> kinds = new HashMap<>();
        known.forEach((name, one) -> {
            Look look = one.look();
            if (look.retried()) {
                tally.countRetried(name, one.words());
            } else if (look.reason() == null) {
                tally.count(look.state());
            } else {
                tally.count(look.state(), look.reason(), name);
            }
            for (Reason note : look.notes()) {
                if (note == Reason.PendingRestart) {
                    tally.pendingRestart(name);
                } else {
                    tally.note(note, name);
                }
            }
            look.claimants().forEach(tally::claimedBy);
            if (look.runs() != null) {
                tally.runs(look.runs(), 1);
                if (look.state() == State.APPLIED || look.state() == State.PENDING) {
                    tally.follows(look.runs(), 1);
                }
            }
            if (look.kind() != null) {
                tally.asks(one.size(), 1);
                tally.guests().count(look.kind(), 1);
                if (kinds.merge(look.kind(), 1, Integer::sum) <= 5) {
                    tally.guests().examples(look.kind(), List.of(name));
                }
            }
        });
        return tally;
    }

    private static VirtualMachineSnapshot randomMachine(Random random) {
        return VirtualMachineBuilder.vm("vm-" + random.nextInt(12))
                .namespace("ns" + random.nextInt(3))
                .generation(random.nextInt(3))
                .build();
    }

    private static Look randomLook(Random random) {
        State state = any(List.of(State.values()), random);
        boolean retried = state == State.PENDING && random.nextBoolean();
        Set<Reason> notes = new HashSet<>();
        if (state == State.APPLIED) {
            NOTES.stream().filter(note -> random.nextBoolean()).forEach(notes::add);
        }
        return new Look(
                state,
                state == State.APPLIED || state == State.PENDING ? null : any(REASONS, random),
                notes,
                retried,
                state == State.CONFLICTING && random.nextBoolean() ? List.of("rack-" + random.nextInt(3)) : List.of(),
                randomKind(random),
                random.nextBoolean()
                        ? null
                        : new GuestCpu(any(List.of("", "EPYC"), random), List.of(), any(List.of("", "AMD"), random)));
    }

    private static NodeCapacity randomSize(Random random) {
        return random.nextInt(4) == 0
                ? NodeCapacity.none()
                : new NodeCapacity(1000L * random.nextInt(4), 1L << random.nextInt(40));
    }

    private static @Nullable GuestKind randomKind(Random random) {
        return random.nextInt(5) == 0
                ? null
                : new GuestKind(random.nextBoolean(), any(List.of("", "EPYC"), random), GuestShape.plain());
    }

    private static <T> T any(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    @Test
    void equal_looks_are_one_object() {
        // Given
        Map<Look, Look> distinct = new HashMap<>();
        Random random = new Random(1);

        // When
        for (int i = 0; i < 1_000; i++) {
            Look look = randomLook(random);
            Look kept = counts.add(VirtualMachineBuilder.vm("vm-" + i).build(), look, NodeCapacity.none(), "");
            distinct.putIfAbsent(look, kept);

            // Then
            assertThat(kept).isSameAs(distinct.get(look));
        }
    }

    @Test
    void what_is_not_counted_can_not_be_taken_away() {
        // Given
        Look look = randomLook(new Random(1));
        VirtualMachineSnapshot vm = VirtualMachineBuilder.vm().build();

        // Then
        assertThatThrownBy(() -> counts.remove(vm, look)).hasMessageContaining("shop/web");
    }
}
