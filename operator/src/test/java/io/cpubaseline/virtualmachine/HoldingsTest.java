package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.change.Carried;
import io.cpubaseline.change.Carried.Value;
import io.cpubaseline.cpu.FeatureSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What virtual machines tell of a baseline that was written into them. */
class HoldingsTest {

    private static final String US = "cpu-baseline.rack";
    private static final Target NEHALEM = Targets.of("rack", "Intel", "Nehalem", "aes", "avx");
    private static final Target HASWELL = Targets.mixed("rack", "Haswell");

    @Test
    void values_are_counted_the_most_frequent_first() {
        // When
        Carried carried = Holdings.of(
                "rack",
                List.of(
                        vm("a").carrying(NEHALEM).build(),
                        vm("b").carrying(HASWELL).build(),
                        vm("c").build(),
                        vm("d").carrying(HASWELL).build(),
                        vm("e").carrying(Targets.mixed("other", "Penryn")).build(),
                        vm("f").model("Penryn", "terraform").build()));

        // Then
        assertThat(carried)
                .isEqualTo(new Carried(
                        "rack",
                        List.of(
                                new Value("Haswell", FeatureSet.empty(), null, 2),
                                new Value("Nehalem", FeatureSet.of("aes", "avx"), "Intel", 1)),
                        List.of(),
                        null));
    }

    static Stream<Arguments> parts() {
        return Stream.of(
                arguments(
                        "someone added a feature",
                        vm("p").model("Nehalem", US).features("aes avx sse4a", "user"),
                        true),
                arguments("someone took one away", vm("p").model("Nehalem", US).features("aes", "user"), false),
                arguments(
                        "someone disables one",
                        vm("p").model("Nehalem", US).features("aes avx:disable", "user"),
                        false),
                arguments(
                        "the model is another one", vm("p").model("Penryn", US).features("aes avx", "user"), false),
                arguments("only the features are left", vm("p").features("aes avx", US), true),
                arguments("other features are left", vm("p").features("aes", US), false),
                arguments(
                        "two agree on features that are none",
                        vm("p").model("Nehalem", US).features("aes avx:forbid", US),
                        false),
                arguments("one feature twice", vm("p").model("Nehalem", US).features("aes avx aes", US), true),
                arguments("it opted out", vm("p").model("Penryn", US).optedOut(), true),
                arguments("it is being deleted", vm("p").model("Penryn", US).deleting(), true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("parts")
    void one_of_which_another_manager_has_a_part_must_agree_with_a_whole_one(
            String name, VirtualMachineBuilder part, boolean agrees) {
        // Given
        List<VirtualMachineSnapshot> vms = new ArrayList<>(List.of(part.build()));

        // Then
        assertThat(Holdings.of("rack", vms).values()).isEmpty();

        // When
        vms.add(vm("whole").carrying(NEHALEM).build());

        // Then
        Carried carried = Holdings.of("rack", vms);
        assertThat(carried.values()).containsExactly(new Value("Nehalem", NEHALEM.required(), "Intel", 1));
        assertThat(carried.unclear()).isEqualTo(agrees ? List.of() : List.of("shop/p"));
    }

    @Test
    void without_a_whole_one_a_part_tells_nothing() {
        assertThat(Holdings.of(
                                "rack",
                                List.of(vm("p").model("Nehalem", US)
                                        .features("aes avx", "user")
                                        .build()))
                        .unclear())
                .containsExactly("shop/p");
    }
}
