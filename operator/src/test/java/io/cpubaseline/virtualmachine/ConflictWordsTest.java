package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the owner of a virtual machine is told about a conflict. */
class ConflictWordsTest {

    private static final Target TARGET =
            Targets.withGuest(Targets.of("intel", "Intel", "Haswell", "aes", "pcid"), "avx2");
    private static final String US = "cpu-baseline.intel";

    static Stream<Arguments> conflicts() {
        return Stream.of(
                arguments(vm().model("EPYC", "terraform"), List.of("EPYC", "set by terraform", "stays as it is")),
                arguments(
                        vm().model("EPYC", "forklift").adopt().features("aes pcid avx2:disable", "terraform"),
                        List.of("EPYC, set by forklift", "not adopted", "disable avx2")),
                arguments(
                        vm().model("EPYC", "forklift").adopt().features("aes pcid vmx", "terraform"),
                        List.of("not adopted", "nested virtualization")),
                arguments(vm().model("EPYC"), List.of("a manager that is not recorded")),
                arguments(
                        vm().vendor("AMD", "true", "argocd"),
                        List.of("cpu-vendor.node.kubevirt.io/AMD, set by argocd", "the baseline is of Intel")),
                arguments(
                        vm().having(TARGET.fields().withoutFeatures().withLabels("intel", ""), US)
                                .features("aes bmi1", "kubectl-patch"),
                        List.of("set by kubectl-patch, lack pcid", "so does the CPU model Haswell")),
                arguments(
                        vm().having(TARGET.fields().withoutFeatures().withLabels("intel", ""), US)
                                .features("aes pcid avx2:disable", "kubectl-patch"),
                        List.of("set by kubectl-patch, disable avx2")),
                arguments(
                        vm().having(OwnedFields.ofModel("Haswell"), US)
                                .features("aes pcid", "kubectl-patch")
                                .optedOut(),
                        List.of("It has opted out", "require aes, pcid", "the model Haswell stays")),
                arguments(
                        vm().having(OwnedFields.ofModel("Haswell"), US).features("vmx aes", "kubectl-patch"),
                        List.of("nested virtualization", "require vmx, aes")));
    }

    @ParameterizedTest
    @MethodSource("conflicts")
    void says_whose_it_is_what_is_against_the_baseline_and_what_stays(VirtualMachineBuilder vm, List<String> parts) {
        // Given
        Action decided = Alignment.decide(vm.build(), TARGET);

        // When
        assertThat(decided).isInstanceOf(Action.Conflict.class);
        String words = ConflictWords.of(vm.build(), (Action.Conflict) decided, TARGET);

        // Then
        assertThat(words).contains(parts).endsWith(".");
    }

    @Test
    void many_features_are_not_all_named() {
        // Given
        VirtualMachineSnapshot vm = vm().having(OwnedFields.ofModel("Haswell"), US)
                .features("a b c d e f g", "kubectl-patch")
                .optedOut()
                .build();

        // When
        String words = ConflictWords.of(vm, new Action.Conflict(Reason.OptedOut, List.of("kubectl-patch")), TARGET);

        // Then
        assertThat(words).contains("a, b, c, d, e and 2 more");
    }

    @Test
    void a_refused_apply_of_the_same_model_says_so() {
        assertThat(ConflictWords.refused(vm().model("Haswell", "velero").build(), TARGET, "Conflict."))
                .isEqualTo("Conflict. The CPU model is the one that the baseline wants.");
        assertThat(ConflictWords.refused(vm().model("EPYC", "velero").build(), TARGET, "Conflict."))
                .isEqualTo("Conflict.");
    }
}
