package io.cpubaseline.operator.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Selector;
import io.cpubaseline.Selector.Expression;
import io.cpubaseline.Selector.Operator;
import io.cpubaseline.operator.machines.Herd.Wish;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.InstanceBuilder;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Targets;
import io.cpubaseline.virtualmachine.VirtualMachineBuilder;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Baselines that look only at what has changed for them, and only when they are woken, have at any time counted what they would count by
 * looking at everything, and have nothing to write that they have not written.
 */
@Tag("thorough")
class AlignmentsLawTest {

    private static final List<String> BASELINES = List.of("a", "b", "c");
    private static final List<Target> TARGETS = BASELINES.stream()
            .flatMap(name -> List.of(
                    Targets.of(name, "Intel", "IvyBridge-IBRS", "avx2"),
                    Targets.of(name, "AMD", "EPYC", "aes"),
                    Targets.mixed(name, "Nehalem"))
                    .stream())
            .toList();
    private static final List<WriteOutcome> ANSWERS = List.of(
            new WriteOutcome.Applied("1", 1),
            new WriteOutcome.Applied("1", 3),
            new WriteOutcome.Conflict(List.of("kubectl"), "a conflict"),
            new WriteOutcome.Refused("no"),
            new WriteOutcome.Forbidden("may not"),
            new WriteOutcome.Instancetype("the instancetype"),
            new WriteOutcome.Retry(null, "a fault"),
            new WriteOutcome.Retry(Duration.ofMillis(30), "too many"),
            new WriteOutcome.Gone(),
            new WriteOutcome.Replaced());

    private final Herd herd = new Herd();

    static List<Integer> seeds() {
        return new Random(29).ints(120).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void counts_that_are_kept_are_those_from_nothing(int seed) {
        // Given
        Random random = new Random(seed);

        for (int step = 0; step < 150; step++) {
            // When
            String event = event(random, /* write= */ false);
            herd.settle();

            // Then
            assertThat(herd.counted).as("%d: %s", step, event).isEqualTo(herd.fromNothing());
        }
        assertThat(herd.writes.sent()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_look_at_everything_finds_nothing_more_to_count_or_to_write(int seed) {
        // Given
        Random random = new Random(seed);

        for (int step = 0; step < 150; step++) {
            // When
            String event = event(random, /* write= */ true);
            herd.settle();
            int sent = herd.writes.sent().size();

            // Then
            assertThat(herd.counted).as("%d: %s", step, event).isEqualTo(herd.lookedAtAll());
            assertThat(herd.writes.sent()).as("%d: %s", step, event).hasSize(sent);
        }
    }

    private String event(Random random, boolean write) {
        String namespace = "ns" + random.nextInt(3);
        String name = "vm-" + random.nextInt(6);
        int kind = random.nextInt(20);
        if (kind < 8) {
            herd.machine(
                    namespace,
                    name,
                    random.nextInt(6) == 0
                            ? null
                            : machine(namespace, name, random).build());
            return "machine " + namespace + "/" + name;
        }
        if (kind < 11) {
            herd.instance(namespace, name, random.nextInt(4) == 0 ? null : instance(namespace, name, random));
            return "instance " + namespace + "/" + name;
        }
        if (kind < 13) {
            herd.namespace(namespace, random.nextInt(5) == 0 ? null : labels("team", random));
            return "namespace " + namespace;
        }
        if (kind == 13) {
            herd.node("n" + random.nextInt(3), any(List.of("Intel", "AMD", ""), random));
            return "node";
        }
        if (kind < 17) {
            String baseline = any(BASELINES, random);
            herd.baseline(baseline, random.nextInt(6) == 0 ? null : wish(baseline, write, random));
            return "baseline " + baseline;
        }
        if (kind == 17) {
            herd.clock.pass(any(
                    List.of(
                            Duration.ofMillis(5),
                            Duration.ofMillis(40),
                            herd.options.conflictDelay(),
                            herd.options.refusalRetry(),
                            herd.options.contentionWindow()),
                    random));
            return "time";
        }
        List.copyOf(herd.writes.open()).forEach(sent -> sent.answer().complete(any(ANSWERS, random)));
        return "answers";
    }

    private static VirtualMachineBuilder machine(String namespace, String name, Random random) {
        VirtualMachineBuilder vm = VirtualMachineBuilder.vm(name)
                .namespace(namespace)
                .uid(namespace + name + random.nextInt(2))
                .generation(1 + random.nextInt(4))
                .templateLabels(labels("tier", random))
                .size(random.nextInt(3), random.nextInt(3));
        if (random.nextInt(5) == 0) {
            vm.named(any(BASELINES, random));
        }
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> vm.carrying(any(TARGETS, random));
            case 3 -> vm.carrying(Targets.of("gone", "Intel", "Haswell"));
            case 4 -> vm.model("EPYC", "kubectl");
            case 5 -> vm.carrying(any(TARGETS, random)).confidential();
            case 6 -> vm.carrying(any(TARGETS, random)).optedOut();
            case 7 -> vm.deleting();
            default -> {}
        }
        return vm;
    }

    private static InstanceSnapshot instance(String namespace, String name, Random random) {
        return InstanceBuilder.instance(name)
                .namespace(namespace)
                .uid("i" + random.nextInt(3))
                .created(Targets.PINNED + random.nextInt(3) - 1)
                .cpu(
                        any(List.of("host-model", "IvyBridge-IBRS", "EPYC"), random),
                        any(List.of(List.of(), List.of("avx2"), List.of("aes")), random))
                .phase(any(List.of("Running", "Scheduling", "Succeeded"), random))
                .on(any(List.of("", "n0", "n1", "n2"), random))
                .size(random.nextInt(3), random.nextInt(3))
                .build();
    }

    private static Wish wish(String baseline, boolean write, Random random) {
        List<Target> targets = TARGETS.stream()
                .filter(target -> target.baseline().equals(baseline))
                .toList();
        VirtualMachineIntent intent = random.nextInt(6) == 0
                ? null
                : new VirtualMachineIntent(
                        selector("team", random),
                        selector("tier", random),
                        write && random.nextInt(4) > 0,
                        random.nextBoolean(),
                        /* admission= */ false,
                        Rollout.unlimited(),
                        nodes(random));
        return new Wish(intent, any(targets, random), intent != null && intent.patch());
    }

    private static Optional<Selector> nodes(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(Selector.everything());
            default -> Optional.of(new Selector(Map.of("vendor", any(List.of("Intel", "AMD"), random)), List.of()));
        };
    }

    private static Selector selector(String key, Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new Selector(Map.of(key, "x"), List.of());
            case 1 -> new Selector(Map.of(key, "y", "zone", "x"), List.of());
            case 2 -> new Selector(Map.of(), List.of(new Expression(key, Operator.In, Set.of("x", "y"))));
            case 3 -> new Selector(Map.of(), List.of(new Expression(key, Operator.NotIn, Set.of("x"))));
            default -> Selector.everything();
        };
    }

    private static Map<String, String> labels(String key, Random random) {
        Map<String, String> labels = new HashMap<>();
        for (String name : List.of(key, "zone")) {
            String value = any(List.of("x", "y", ""), random);
            if (!value.isEmpty()) {
                labels.put(name, value);
            }
        }
        return labels;
    }

    private static <T> T any(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
