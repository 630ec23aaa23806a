package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.Belonging.By;
import io.cpubaseline.virtualmachine.Belonging.Claimant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BelongingTest {

    private static final Target INTEL = Targets.of("intel", "Intel", "IvyBridge-IBRS", "avx2");
    private static final Target AMD = Targets.of("amd", "AMD", "EPYC");

    private static Claimant of(String baseline, String traits) {
        return new Claimant(
                baseline,
                traits.contains("leaving"),
                traits.contains("runs there"),
                traits.contains("new"),
                traits.contains("large") ? 100 : 10);
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                // The annotation, where it names one that selects it
                arguments(vm().named("amd"), "", "runs there, large", new Belonging("amd", By.NAMED)),
                arguments(vm().named("amd").carrying(INTEL), "", "runs there", new Belonging("amd", By.NAMED)),
                arguments(vm().named("amd"), "leaving", "runs there", new Belonging("intel", By.RUNS_THERE)),
                arguments(vm().named("other"), "", "runs there", new Belonging("intel", By.RUNS_THERE)),
                // Who holds it, even while it is being deleted
                arguments(vm().carrying(AMD), "", "runs there, large", new Belonging("amd", By.HELD)),
                arguments(vm().carrying(AMD), "leaving", "runs there", new Belonging("amd", By.HELD)),
                arguments(
                        vm().model("EPYC", AMD.manager()).features("avx2", INTEL.manager()),
                        "",
                        "",
                        new Belonging("amd", By.HELD)),
                arguments(
                        vm().model("EPYC", AMD.manager(), INTEL.manager()), "large", "", new Belonging("amd", By.HELD)),
                arguments(vm().vendor("AMD", "true", AMD.manager()), "", "", new Belonging("amd", By.HELD)),
                arguments(
                        vm().carrying(Targets.of("third", "Intel", "Haswell")),
                        "runs there",
                        "",
                        new Belonging("amd", By.RUNS_THERE)),
                // Where it runs
                arguments(vm(), "runs there", "large", new Belonging("amd", By.RUNS_THERE)),
                arguments(vm(), "runs there, new", "large, new", new Belonging("amd", By.RUNS_THERE)),
                arguments(vm(), "runs there", "runs there, large", new Belonging("intel", By.CAPACITY)),
                // Where there is most room
                arguments(vm(), "large", "", new Belonging("amd", By.CAPACITY)),
                arguments(vm(), "", "large", new Belonging("intel", By.CAPACITY)),
                arguments(vm(), "", "", new Belonging("amd", By.CAPACITY)),
                arguments(vm(), "leaving, large", "", new Belonging("intel", By.ONLY)),
                // Not before all are here
                arguments(vm(), "new, large", "", new Belonging("", By.NOT_YET)),
                arguments(vm(), "leaving", "leaving", new Belonging("", By.NOT_YET)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void one_of_two(VirtualMachineBuilder vm, String amd, String intel, Belonging expected) {
        // When
        Belonging one = Belonging.of(vm.build(), true, List.of(of("amd", amd), of("intel", intel)));
        Belonging other = Belonging.of(vm.build(), true, List.of(of("intel", intel), of("amd", amd)));

        // Then
        assertThat(one).isEqualTo(expected).isEqualTo(other);
    }

    @Test
    void one_that_is_alone_has_all_but_what_runs_elsewhere_while_others_may_be_about_to_come() {
        assertThat(Belonging.of(vm().build(), false, List.of(of("amd", "new")))).isEqualTo(Belonging.only("amd"));
        assertThat(Belonging.of(vm().build(), true, List.of(of("amd", "new"))).by())
                .isEqualTo(By.NOT_YET);
        assertThat(Belonging.of(vm().build(), true, List.of(of("amd", "")))).isEqualTo(Belonging.only("amd"));
        assertThat(Belonging.of(vm().build(), true, List.of(of("amd", "new, runs there"))))
                .isEqualTo(new Belonging("amd", By.RUNS_THERE));
    }

    @Test
    void the_order_of_baselines_never_matters() {
        // Given
        Random random = new Random(7);
        List<String> traits = List.of("", "large", "runs there", "leaving", "large, runs there", "leaving, large");
        for (int round = 0; round < 500; round++) {
            List<Claimant> claimants = new ArrayList<>();
            for (String name : List.of("a", "b", "c", "d")) {
                claimants.add(of(name, traits.get(random.nextInt(traits.size()))));
            }
            VirtualMachineSnapshot vm = vm().named(random.nextInt(4) == 0 ? "c" : "")
                    .model("Haswell", random.nextInt(3) == 0 ? "cpu-baseline.b" : "kubectl")
                    .build();

            // When
            Belonging before = Belonging.of(vm, true, claimants);
            Collections.shuffle(claimants, random);

            // Then
            assertThat(Belonging.of(vm, true, claimants)).isEqualTo(before);
        }
    }

    @Test
    void only_its_own_baseline_does_anything_and_takes_over_what_another_of_them_holds() {
        VirtualMachineSnapshot vm = vm().carrying(AMD).named("intel").build();
        Belonging whose = new Belonging("intel", By.NAMED);

        assertThat(Alignment.decide(vm, AMD, whose, other -> true))
                .isEqualTo(new Action.Conflict(Reason.ClaimedByOther, List.of("cpu-baseline.intel")));
        assertThat(Alignment.decide(vm, INTEL, whose, AMD.manager()::equals))
                .isEqualTo(new Action.Inherit(AMD.manager(), INTEL.fields()));
        assertThat(Alignment.decide(vm().build(), INTEL, new Belonging("", By.NOT_YET), other -> false))
                .isEqualTo(new Action.Wait());
    }

    @Test
    void what_is_another_ones_is_counted_as_skipped_and_no_guest_of_this_baseline() {
        // When
        VirtualMachineSnapshot vm = vm().build();
        Action action = new Action.Conflict(Reason.ClaimedByOther, List.of(AMD.manager()));
        Look look = Look.foreseen(vm, action, null, "", INTEL);

        // Then
        assertThat(look.state()).isEqualTo(Tally.State.SKIPPED);
        assertThat(look.reason()).isEqualTo(Reason.ClaimedByOther);
        assertThat(look.claimants()).containsExactly("amd");
        assertThat(look.kind()).isNull();
    }
}
