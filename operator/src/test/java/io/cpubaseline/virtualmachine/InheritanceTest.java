package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.Action.Apply;
import io.cpubaseline.virtualmachine.Action.Conflict;
import io.cpubaseline.virtualmachine.Action.Inherit;
import io.cpubaseline.virtualmachine.Action.Nothing;
import io.cpubaseline.virtualmachine.Action.Skip;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How one baseline takes over what another one has left in a virtual machine. */
class InheritanceTest {

    private static final Target TARGET = Targets.of("new", "Intel", "Haswell", "avx2", "aes");
    private static final Target OTHER = Targets.of("old", "Intel", "Nehalem", "aes");
    private static final String US = "cpu-baseline.new";
    private static final String OLD = "cpu-baseline.old";
    private static final String OLDER = "cpu-baseline.older";

    private static Action decide(VirtualMachineBuilder vm, String... letGo) {
        return Alignment.decide(vm.build(), TARGET, Set.of(letGo)::contains);
    }

    @Test
    void what_differs_is_made_equal_then_claimed_then_released_by_the_other() {
        // Given what the other one has written
        VirtualMachineBuilder vm = vm().carrying(OTHER);

        // When, Then
        assertThat(decide(vm, OLD)).isEqualTo(new Inherit(OLD, TARGET.fields()));

        // When, Then it is equal
        vm.having(TARGET.fields(), OLD);
        assertThat(decide(vm, OLD)).isEqualTo(new Apply(TARGET.fields()));

        // When, Then both have it
        vm.model("Haswell", OLD, US).features("aes:require avx2:require", OLD, US);
        vm.vendor("Intel", "true", OLD, US).labels("new", TARGET.fields().revision(), OLD, US);
        assertThat(decide(vm, OLD)).isEqualTo(new Inherit(OLD, OwnedFields.NONE));

        // When, Then
        assertThat(decide(vm().carrying(TARGET), OLD)).isEqualTo(new Nothing());
    }

    static Stream<Arguments> others() {
        return Stream.of(
                arguments(
                        "the other one has not let go",
                        vm().carrying(OTHER),
                        new Conflict(Reason.ClaimedByOther, List.of(OLD))),
                arguments(
                        "a third one has not let go",
                        vm().model("Nehalem", OLD).features("aes", "cpu-baseline.alive"),
                        new Conflict(Reason.ClaimedByOther, List.of("cpu-baseline.alive", OLD))),
                arguments(
                        "both others have let go: one after the other",
                        vm().model("Nehalem", OLDER).features("aes", OLDER, OLD),
                        new Inherit(OLD, OwnedFields.NONE)),
                arguments("it opted out", vm().carrying(OTHER).optedOut(), new Skip(Reason.OptedOut)),
                arguments("a pool has it", vm().carrying(OTHER).poolOwned(), new Skip(Reason.PoolOwned)),
                arguments(
                        "somebody has taken the model",
                        vm().model("EPYC", "terraform").features("aes", OLD),
                        new Inherit(OLD, OwnedFields.NONE)),
                arguments(
                        "somebody has added features",
                        vm().model("Nehalem", OLD).features("aes avx2 invtsc:disable", "terraform"),
                        new Inherit(OLD, TARGET.fields().withoutFeatures())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void what_others_hold_is_respected(String name, VirtualMachineBuilder vm, Action expected) {
        boolean lets = !name.equals("the other one has not let go");
        assertThat(lets ? decide(vm, OLD, OLDER) : decide(vm)).isEqualTo(expected);
    }

    @Test
    void what_is_given_back_is_released_as_far_as_that_does_no_harm() {
        // When, Then
        Target nothing = Target.nothing("old");
        assertThat(Alignment.decide(vm().carrying(OTHER).build(), nothing))
                .isEqualTo(new Action.Release(Reason.ReleaseIncomplete, List.of(), OwnedFields.NONE));
        assertThat(Alignment.decide(
                        vm().model("Nehalem", OLD)
                                .features("aes:require", "terraform")
                                .labels("old", "r", OLD)
                                .build(),
                        nothing))
                .isEqualTo(new Action.Release(
                        Reason.ReleaseIncomplete, List.of("terraform"), OwnedFields.ofModel("Nehalem")));
        assertThat(Alignment.decide(
                        vm().model("Nehalem", OLD)
                                .features("aes:require", "terraform")
                                .build(),
                        nothing))
                .isEqualTo(new Conflict(Reason.ReleaseIncomplete, List.of("terraform")));
        assertThat(Alignment.decide(vm().build(), nothing)).isEqualTo(new Skip(Reason.ReleaseIncomplete));
    }
}
