package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.virtualmachine.Action.Apply;
import io.cpubaseline.virtualmachine.Action.Conflict;
import io.cpubaseline.virtualmachine.Action.Nothing;
import io.cpubaseline.virtualmachine.Action.Release;
import io.cpubaseline.virtualmachine.Action.Skip;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done with a virtual machine, by all that it may look like. */
class AlignmentTest {

    private static final Target TARGET = new Target("all-nodes", "IvyBridge-IBRS", FeatureSet.of("avx2", "aes"));
    private static final Target MODEL_ONLY = new Target("all-nodes", "Nehalem", FeatureSet.empty());
    private static final Target OTHER = new Target("rack-7", "Haswell-noTSX-IBRS", FeatureSet.of("aes"));

    private static final String US = "cpu-baseline.all-nodes";
    private static final String RACK_7 = "cpu-baseline.rack-7";
    private static final String KUBECTL = "kubectl-edit";
    private static final String ARGO = "argocd-controller";

    static Stream<Arguments> virtualMachinesOfNobody() {
        return Stream.of(
                arguments("nothing set", vm(), new Apply()),
                arguments("architecture not set", vm().architecture(""), new Apply()),
                arguments(
                        "an instancetype brings the topology",
                        vm().withoutCpuTopology().instancetype(),
                        new Apply()),
                arguments("no topology", vm().withoutCpuTopology(), new Skip(Reason.NoCpuTopology)),
                arguments("another architecture", vm().architecture("arm64"), new Skip(Reason.NotAmd64)),
                arguments("confidential", vm().confidential(), new Skip(Reason.Confidential)),
                arguments("waits for a migration", vm().waitAsReceiver(), new Skip(Reason.WaitAsReceiver)),
                arguments("of a pool", vm().poolOwned(), new Skip(Reason.PoolOwned)),
                arguments("being deleted", vm().deleting(), new Skip(Reason.BeingDeleted)),
                arguments("opted out", vm().optedOut(), new Skip(Reason.OptedOut)),
                arguments("asks for vmx", vm().features("vmx:require", KUBECTL), new Skip(Reason.NestedVirtualization)),
                arguments(
                        "asks for svm without a policy",
                        vm().features("svm", KUBECTL),
                        new Skip(Reason.NestedVirtualization)),
                arguments(
                        "forces vmx", vm().features("pcid vmx:force", KUBECTL), new Skip(Reason.NestedVirtualization)),
                arguments("asks for Hyper-V's evmcs, for which KubeVirt adds vmx itself", vm().evmcs(), new Apply()),
                arguments("forbids vmx", vm().features("vmx:forbid", KUBECTL), new Skip(Reason.UserFeatures)),
                arguments("has features", vm().features("pcid:require", KUBECTL), new Skip(Reason.UserFeatures)),
                arguments("has features of a forgotten manager", vm().features("pcid"), new Skip(Reason.UserFeatures)),
                arguments(
                        "nested before its other features",
                        vm().features("vmx", KUBECTL).withoutCpuTopology(),
                        new Skip(Reason.NestedVirtualization)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("virtualMachinesOfNobody")
    void one_without_a_model_gets_ours_unless_that_is_wrong_or_harmful(
            String name, VirtualMachineBuilder vm, Action expected) {
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(expected);
    }

    static Stream<Arguments> modelsOfOthers() {
        return Stream.of(
                arguments(vm().model("EPYC", KUBECTL), new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(vm().model("EPYC", KUBECTL, ARGO), new Conflict(Reason.Conflicting, List.of(ARGO, KUBECTL))),
                arguments(vm().model("EPYC"), new Conflict(Reason.Conflicting, List.of())),
                arguments(vm().model("host-model", KUBECTL), new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        vm().model("IvyBridge-IBRS", KUBECTL).features("aes:require avx2:require", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(vm().model("host-passthrough", KUBECTL), new Skip(Reason.HostPassthrough)),
                arguments(vm().carrying(OTHER), new Conflict(Reason.ClaimedByOther, List.of(RACK_7))),
                arguments(
                        vm().model("Nehalem", RACK_7, ARGO),
                        new Conflict(Reason.ClaimedByOther, List.of(ARGO, RACK_7))),
                // What excludes it altogether comes first: nothing is to be solved there.
                arguments(vm().model("EPYC", KUBECTL).optedOut(), new Skip(Reason.OptedOut)),
                arguments(vm().model("EPYC", KUBECTL).architecture("s390x"), new Skip(Reason.NotAmd64)));
    }

    @ParameterizedTest
    @MethodSource("modelsOfOthers")
    void a_model_that_somebody_else_set_stays(VirtualMachineBuilder vm, Action expected) {
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(expected);
    }

    static Stream<Arguments> ours() {
        return Stream.of(
                arguments("as wanted", vm().carrying(TARGET), TARGET, new Nothing()),
                arguments(
                        "as wanted, with Hyper-V's evmcs", vm().carrying(TARGET).evmcs(), TARGET, new Nothing()),
                arguments("as wanted, model only", vm().carrying(MODEL_ONLY), MODEL_ONLY, new Nothing()),
                arguments(
                        "as wanted, and others agree",
                        vm().model("IvyBridge-IBRS", US, ARGO).features("aes:require avx2:require", ARGO, US),
                        TARGET,
                        new Nothing()),
                arguments(
                        "as wanted, though we would not begin with it today",
                        vm().carrying(TARGET).withoutCpuTopology(),
                        TARGET,
                        new Nothing()),
                arguments("an earlier target", vm().carrying(MODEL_ONLY), TARGET, new Apply()),
                arguments("an earlier target with features", vm().carrying(TARGET), MODEL_ONLY, new Apply()),
                arguments(
                        "another order of the features",
                        vm().carrying(TARGET).features("avx2:require aes:require", US),
                        TARGET,
                        new Apply()),
                arguments("the features are lost", vm().model("IvyBridge-IBRS", US), TARGET, new Apply()),
                arguments("the model is lost", vm().features("aes:require avx2:require", US), TARGET, new Apply()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ours")
    void fields_of_ours_are_kept_as_wanted(String name, VirtualMachineBuilder vm, Target target, Action expected) {
        assertThat(Alignment.decide(vm.build(), target)).isEqualTo(expected);
    }

    static Stream<Arguments> taken() {
        return Stream.of(
                arguments(
                        "the model by a user",
                        vm().model("EPYC", KUBECTL).features("aes:require avx2:require", US),
                        TARGET,
                        new Release(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        "the model by another baseline",
                        vm().model("Haswell-noTSX-IBRS", RACK_7).features("aes:require avx2:require", US),
                        TARGET,
                        new Release(Reason.ClaimedByOther, List.of(RACK_7))),
                arguments(
                        "the features by a user",
                        vm().model("IvyBridge-IBRS", US).features("pcid", KUBECTL),
                        TARGET,
                        new Release(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        "the features by a user where we never had any",
                        vm().model("Nehalem", US).features("pcid", ARGO, KUBECTL),
                        MODEL_ONLY,
                        new Release(Reason.Conflicting, List.of(ARGO, KUBECTL))),
                arguments(
                        "both by the user's opting out",
                        vm().carrying(TARGET).optedOut(),
                        TARGET,
                        new Release(Reason.OptedOut, List.of())),
                arguments(
                        "what is left of both by the user's opting out",
                        vm().features("aes:require avx2:require", US).optedOut(),
                        TARGET,
                        new Release(Reason.OptedOut, List.of())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("taken")
    void when_one_field_is_taken_the_other_is_released(
            String name, VirtualMachineBuilder vm, Target target, Action expected) {
        assertThat(Alignment.decide(vm.build(), target)).isEqualTo(expected);
    }

    static Stream<Arguments> outOfScope() {
        return Stream.of(
                arguments(vm().carrying(TARGET).poolOwned(), Reason.PoolOwned),
                arguments(vm().carrying(TARGET).confidential(), Reason.Confidential),
                arguments(vm().carrying(TARGET).waitAsReceiver(), Reason.WaitAsReceiver),
                arguments(vm().carrying(TARGET).architecture("arm64"), Reason.NotAmd64),
                arguments(vm().model("Nehalem", US).features("vmx", ARGO, KUBECTL), Reason.NestedVirtualization),
                arguments(vm().model("Nehalem", US).features("svm:require", KUBECTL), Reason.NestedVirtualization),
                // What is left of ours goes, too.
                arguments(
                        vm().model("EPYC", KUBECTL)
                                .features("aes:require avx2:require", US)
                                .confidential(),
                        Reason.Confidential));
    }

    @ParameterizedTest
    @MethodSource("outOfScope")
    void one_that_must_not_have_our_model_any_more_is_released(VirtualMachineBuilder vm, Reason reason) {
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(new Release(reason, List.of()));
    }

    @Test
    void one_that_is_being_deleted_keeps_what_it_has() {
        assertThat(Alignment.decide(vm().carrying(TARGET).deleting().optedOut().build(), TARGET))
                .isEqualTo(new Skip(Reason.BeingDeleted));
    }

    @Test
    void a_target_lists_its_features_sorted_and_names_its_manager() {
        assertThat(TARGET.features())
                .extracting(VirtualMachineSnapshot.Feature::name)
                .containsExactly("aes", "avx2");
        assertThat(TARGET.features())
                .extracting(VirtualMachineSnapshot.Feature::policy)
                .containsOnly("require");
        assertThat(TARGET.manager()).isEqualTo(US);
        assertThat(Target.isBaselineManager(RACK_7)).isTrue();
        assertThat(Target.isBaselineManager("cpu-baseline")).isFalse();
    }
}
