package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.Action.Apply;
import io.cpubaseline.virtualmachine.Action.Conflict;
import io.cpubaseline.virtualmachine.Action.Nothing;
import io.cpubaseline.virtualmachine.Action.Release;
import io.cpubaseline.virtualmachine.Action.Skip;
import io.cpubaseline.virtualmachine.Action.TakeOver;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done with a virtual machine, by all that it may look like. */
class AlignmentTest {

    private static final Target TARGET =
            Targets.withGuest(Targets.of("all-nodes", "Intel", "IvyBridge-IBRS", "avx2", "aes"), "avx", "pcid");
    private static final Target MODEL_ONLY = Targets.of("all-nodes", "Intel", "Nehalem");
    private static final Target OTHER = Targets.of("rack-7", "Intel", "Haswell-noTSX-IBRS", "aes");

    private static final Target TARGET_OF_SEVERAL =
            Targets.withGuest(Targets.mixed("all-nodes", "IvyBridge-IBRS", "avx2", "aes"), "avx", "pcid");
    private static final OwnedFields MODEL_OF_TARGET = TARGET.fields().withoutFeatures();

    private static final String US = "cpu-baseline.all-nodes";
    private static final String RACK_7 = "cpu-baseline.rack-7";
    private static final String KUBECTL = "kubectl-edit";
    private static final String ARGO = "argocd-controller";

    static Stream<Arguments> virtualMachinesOfNobody() {
        return Stream.of(
                arguments("nothing set", vm(), apply()),
                arguments("architecture not set", vm().architecture(""), apply()),
                arguments(
                        "an instancetype brings the topology",
                        vm().withoutCpuTopology().instancetype(),
                        apply()),
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
                arguments("asks for Hyper-V's evmcs, for which KubeVirt adds vmx itself", vm().evmcs(), apply()),
                arguments("forbids vmx", vm().features("vmx:forbid", KUBECTL), new Skip(Reason.UserFeatures)),
                arguments("has features", vm().features("pcid:require", KUBECTL), new Skip(Reason.UserFeatures)),
                arguments("has features of a forgotten manager", vm().features("pcid"), new Skip(Reason.UserFeatures)),
                arguments(
                        "nested before its other features",
                        vm().features("vmx", KUBECTL).withoutCpuTopology(),
                        new Skip(Reason.NestedVirtualization)),
                arguments(
                        "lists what we require, and more, but no model",
                        vm().features("aes avx2:require invtsc:disable", KUBECTL),
                        new Apply(MODEL_OF_TARGET)),
                arguments("lists just what we require", vm().features("aes:require avx2:require", KUBECTL), apply()),
                arguments(
                        "lists what we require, but has no topology",
                        vm().features("aes avx2", KUBECTL).withoutCpuTopology(),
                        new Skip(Reason.NoCpuTopology)),
                arguments(
                        "lists what we require and denies what the model has",
                        vm().features("aes avx2 avx:disable", KUBECTL),
                        new Skip(Reason.UserFeatures)),
                arguments(
                        "is confined to another vendor",
                        vm().vendor("AMD", "true", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        "is confined to another vendor by nobody known",
                        vm().vendor("AMD", "true"),
                        new Conflict(Reason.Conflicting, List.of())),
                arguments(
                        "has our vendor's key with a value that no node has",
                        vm().vendor("Intel", "yes", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments("is confined to our vendor", vm().vendor("Intel", "true", KUBECTL), apply()),
                arguments(
                        "has another one's label",
                        vm().labels("theirs", "", ARGO),
                        new Apply(TARGET.fields().withLabels("", TARGET.fields().revision()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("virtualMachinesOfNobody")
    void one_without_a_model_gets_ours_unless_that_is_wrong_or_harmful(
            String name, VirtualMachineBuilder vm, Action expected) {
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(expected);
    }

    private static Apply apply(Target target) {
        return new Apply(target.fields());
    }

    private static Apply apply() {
        return new Apply(TARGET.fields());
    }

    static Stream<Arguments> modelsToAdopt() {
        String forklift = "forklift-controller";
        OwnedFields haswell = OwnedFields.ofModel("Haswell-noTSX");
        return Stream.of(
                arguments("set by a tool", imported(), new TakeOver(haswell, haswell, List.of(forklift))),
                arguments(
                        "set by a tool and by one that declares it",
                        imported().model("Haswell-noTSX", forklift, ARGO).declaredBy(ARGO),
                        new TakeOver(haswell, haswell, List.of(ARGO, forklift))),
                arguments("set by nobody known", imported().model("Haswell-noTSX"), apply()),
                arguments("taken over already", imported().model("Haswell-noTSX", US), apply()),
                arguments(
                        "with features that have all we require",
                        imported().features("aes avx2 invtsc:disable", KUBECTL),
                        new TakeOver(haswell, haswell, List.of(forklift))),
                arguments(
                        "with features that contradict",
                        imported().features("aes avx2 avx:disable", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(forklift))),
                arguments(
                        "with features that lack what we require",
                        imported().features("invtsc:disable", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(forklift))),
                arguments(
                        "asking for nested virtualization",
                        imported().features("aes avx2 vmx", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(forklift))),
                arguments(
                        "confined to another vendor",
                        imported().vendor("AMD", "true", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(forklift))),
                arguments("without a topology", imported().withoutCpuTopology(), new Skip(Reason.NoCpuTopology)),
                arguments(
                        "the host's own CPU",
                        imported().model("host-passthrough", forklift),
                        new Skip(Reason.HostPassthrough)),
                arguments(
                        "another baseline's",
                        imported().model("Haswell-noTSX", RACK_7),
                        new Conflict(Reason.ClaimedByOther, List.of(RACK_7))),
                arguments("opted out", imported().optedOut(), new Skip(Reason.OptedOut)),
                arguments("of a pool", imported().poolOwned(), new Skip(Reason.PoolOwned)),
                arguments("ours, and the same of others", vm().carrying(TARGET).adopt(), new Nothing()));
    }

    private static VirtualMachineBuilder imported() {
        return vm().adopt().model("Haswell-noTSX", "forklift-controller");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("modelsToAdopt")
    void a_model_of_others_is_adopted_where_an_annotation_says_so_and_nothing_else_forbids_it(
            String name, VirtualMachineBuilder vm, Action expected) {
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(expected);
    }

    static Stream<Arguments> enlightenedForIntel() {
        Target amd = Targets.of("all-nodes", "AMD", "EPYC", "avx2");
        Target several = Targets.mixed("all-nodes", "EPYC", "avx2");
        return Stream.of(
                arguments("under AMD", vm().evmcs(), amd, new Skip(Reason.NestedVirtualization)),
                arguments("under several vendors", vm().evmcs(), several, apply(several)),
                arguments(
                        "under AMD, with its model from before",
                        vm().carrying(amd).evmcs(),
                        amd,
                        new Release(Reason.NestedVirtualization, List.of(), OwnedFields.NONE)),
                arguments(
                        "under AMD, with a model of its own",
                        vm().model("Nehalem", KUBECTL).evmcs(),
                        amd,
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("enlightenedForIntel")
    void hyper_v_s_evmcs_needs_intel_so_a_baseline_of_another_vendor_leaves_it_alone(
            String name, VirtualMachineBuilder vm, Target target, Action expected) {
        assertThat(Alignment.decide(vm.build(), target)).isEqualTo(expected);
    }

    static Stream<Arguments> modelsOfOthers() {
        return Stream.of(
                arguments(vm().model("EPYC", KUBECTL), new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(vm().model("EPYC", KUBECTL, ARGO), new Conflict(Reason.Conflicting, List.of(ARGO, KUBECTL))),
                arguments(vm().model("EPYC"), new Conflict(Reason.Conflicting, List.of())),
                arguments(vm().model("host-model", KUBECTL), new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        vm().model("IvyBridge-IBRS", KUBECTL).features("aes:require", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(vm().model("host-passthrough", KUBECTL), new Skip(Reason.HostPassthrough)),
                arguments(vm().carrying(OTHER), new Conflict(Reason.ClaimedByOther, List.of(RACK_7))),
                arguments(vm().model("Nehalem", RACK_7, ARGO), new Conflict(Reason.ClaimedByOther, List.of(RACK_7))),
                arguments(
                        vm().model("IvyBridge-IBRS", RACK_7).features("aes:require avx2:require", RACK_7),
                        new Conflict(Reason.ClaimedByOther, List.of(RACK_7))),
                arguments(vm().vendor("Intel", "true", RACK_7), new Conflict(Reason.ClaimedByOther, List.of(RACK_7))),
                // What excludes it altogether comes first: nothing is to be solved there.
                arguments(vm().model("EPYC", KUBECTL).optedOut(), new Skip(Reason.OptedOut)),
                arguments(vm().model("EPYC", KUBECTL).architecture("s390x"), new Skip(Reason.NotAmd64)));
    }

    @ParameterizedTest
    @MethodSource("modelsOfOthers")
    void a_model_that_somebody_else_set_stays(VirtualMachineBuilder vm, Action expected) {
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(expected);
    }

    static Stream<Arguments> equalToOurs() {
        return Stream.of(
                arguments(
                        "model and features of a user",
                        vm().model("IvyBridge-IBRS", KUBECTL).features("aes:require avx2:require", KUBECTL),
                        TARGET.fields()),
                arguments(
                        "model and features that admission set, which nobody owns",
                        vm().model("IvyBridge-IBRS").features("aes:require avx2:require"),
                        TARGET.fields()),
                arguments("the model alone", vm().model("IvyBridge-IBRS", KUBECTL), TARGET.fields()),
                arguments(
                        "the model, and more features than we require",
                        vm().model("IvyBridge-IBRS", KUBECTL).features("aes avx2 bmi1", ARGO),
                        MODEL_OF_TARGET),
                arguments("the model, shared with us", vm().model("IvyBridge-IBRS", KUBECTL, US), TARGET.fields()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("equalToOurs")
    void what_is_as_we_want_it_is_claimed_whoever_set_it(String name, VirtualMachineBuilder vm, OwnedFields expected) {
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(new Apply(expected));
    }

    static Stream<Arguments> ours() {
        return Stream.of(
                arguments("as wanted", vm().carrying(TARGET), TARGET, new Nothing()),
                arguments(
                        "as wanted, with Hyper-V's evmcs", vm().carrying(TARGET).evmcs(), TARGET, new Nothing()),
                arguments("as wanted, model only", vm().carrying(MODEL_ONLY), MODEL_ONLY, new Nothing()),
                arguments(
                        "as wanted, and others agree",
                        vm().carrying(TARGET)
                                .model("IvyBridge-IBRS", US, ARGO)
                                .features("aes:require avx2:require", ARGO, US),
                        TARGET,
                        new Nothing()),
                arguments(
                        "as wanted, with more features of others",
                        vm().carrying(TARGET).features("aes avx2:require bmi1", KUBECTL),
                        TARGET,
                        new Nothing()),
                arguments(
                        "written before virtual machines were confined",
                        vm().model("IvyBridge-IBRS", US).features("aes:require avx2:require", US),
                        TARGET,
                        new Apply(TARGET.fields())),
                arguments("the key is lost", vm().carrying(TARGET_OF_SEVERAL), TARGET, new Apply(TARGET.fields())),
                arguments(
                        "not confined any more",
                        vm().carrying(TARGET),
                        TARGET_OF_SEVERAL,
                        new Apply(TARGET_OF_SEVERAL.fields())),
                arguments(
                        "not known yet whether to confine",
                        vm().carrying(TARGET),
                        Targets.undecided(TARGET),
                        new Nothing()),
                arguments(
                        "as wanted, though we would not begin with it today",
                        vm().carrying(TARGET).withoutCpuTopology(),
                        TARGET,
                        new Nothing()),
                arguments("an earlier target", vm().carrying(MODEL_ONLY), TARGET, apply(TARGET)),
                arguments("an earlier target with features", vm().carrying(TARGET), MODEL_ONLY, apply(MODEL_ONLY)),
                arguments(
                        "another order of the features",
                        vm().carrying(TARGET).features("avx2:require aes:require", US),
                        TARGET,
                        apply()),
                arguments("the features are lost", vm().model("IvyBridge-IBRS", US), TARGET, apply()),
                arguments("the model is lost", vm().features("aes:require avx2:require", US), TARGET, apply()));
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
                        vm().carrying(TARGET).model("EPYC", KUBECTL),
                        new Release(Reason.Conflicting, List.of(KUBECTL), OwnedFields.NONE)),
                arguments(
                        "the model by a user who held it with us",
                        vm().carrying(TARGET).model("EPYC", KUBECTL, US),
                        new Release(Reason.Conflicting, List.of(KUBECTL), OwnedFields.NONE)),
                arguments(
                        "the model by another baseline",
                        vm().carrying(TARGET).model("Haswell-noTSX-IBRS", RACK_7),
                        new Release(Reason.ClaimedByOther, List.of(RACK_7), OwnedFields.NONE)),
                arguments(
                        "the model for host-passthrough",
                        vm().carrying(TARGET).model("host-passthrough", KUBECTL),
                        new Release(Reason.HostPassthrough, List.of(KUBECTL), OwnedFields.NONE)),
                arguments(
                        "both by the user's opting out",
                        vm().carrying(TARGET).optedOut(),
                        new Release(Reason.OptedOut, List.of(), OwnedFields.NONE)),
                arguments(
                        "what is left of both by the user's opting out",
                        vm().features("aes:require avx2:require", US).optedOut(),
                        new Release(Reason.OptedOut, List.of(), OwnedFields.NONE)),
                arguments(
                        "the vendor by a user",
                        vm().carrying(TARGET).vendor("AMD", "true", KUBECTL),
                        new Release(Reason.Conflicting, List.of(KUBECTL), OwnedFields.NONE)),
                arguments(
                        "all but our labels",
                        vm().labels("all-nodes", "x", US).withoutCpuTopology(),
                        new Release(Reason.NoCpuTopology, List.of(), OwnedFields.NONE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("taken")
    void when_the_model_or_the_whole_is_taken_the_rest_is_released(
            String name, VirtualMachineBuilder vm, Action expected) {
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(expected);
    }

    private static final OwnedFields KEPT = MODEL_OF_TARGET.withLabels("all-nodes", "");

    static Stream<Arguments> takenFeatures() {
        return Stream.of(
                arguments(
                        "one is added, which makes the list another one's",
                        vm().carrying(TARGET).features("aes:require avx2:require invtsc:disable", KUBECTL),
                        new Nothing()),
                arguments(
                        "one is added, and the key is not ours yet",
                        vm().model("IvyBridge-IBRS", US).features("aes avx2 invtsc:disable", KUBECTL),
                        new Apply(MODEL_OF_TARGET)),
                arguments(
                        "one is added, and the model is lost",
                        vm().carrying(TARGET).model("").features("aes avx2 invtsc:disable", KUBECTL),
                        new Apply(MODEL_OF_TARGET)),
                arguments(
                        "one is added, and the pin has moved to another model",
                        vm().carrying(TARGET).model("Westmere", US).features("aes avx2 bmi1", KUBECTL),
                        new Apply(MODEL_OF_TARGET)),
                arguments("one is left out", vm().carrying(TARGET).features("aes:require", KUBECTL), new Apply(KEPT)),
                arguments(
                        "one is left out, and all else is as it is to be",
                        vm().having(KEPT, US).features("aes:require", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        "one is disabled",
                        vm().having(KEPT, US).features("aes:require avx2:disable", ARGO, KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(ARGO, KUBECTL))),
                arguments(
                        "one of the model's is forbidden",
                        vm().having(KEPT, US).features("aes avx2 avx:forbid", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        "one is forced, which selects no node",
                        vm().having(KEPT, US).features("aes avx2:force", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        "one is left out, and the pin has moved to another model",
                        vm().having(KEPT.withModel("Westmere"), US).features("aes", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        "one is left out, and the model is lost",
                        vm().having(KEPT, US).model("").features("aes", KUBECTL),
                        new Apply(KEPT)),
                arguments(
                        "one is left out, and all is lost but the label, as after a restore",
                        vm().labels("all-nodes", "", "velero").features("aes", "velero"),
                        new Apply(KEPT)),
                arguments(
                        "nothing is required any more",
                        vm().having(KEPT, US).model("").features("aes:disable", KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        "opted out",
                        vm().carrying(TARGET)
                                .features("aes avx2 invtsc:disable", KUBECTL)
                                .optedOut(),
                        new Release(Reason.OptedOut, List.of(KUBECTL), OwnedFields.ofModel("IvyBridge-IBRS"))),
                arguments(
                        "opted out, and all else is given up",
                        vm().model("IvyBridge-IBRS", US)
                                .features("aes avx2", KUBECTL)
                                .optedOut(),
                        new Conflict(Reason.OptedOut, List.of(KUBECTL))),
                arguments(
                        "opted out, and the features are shared with us",
                        vm().carrying(TARGET)
                                .features("aes:require avx2:require", ARGO, US)
                                .optedOut(),
                        new Release(Reason.OptedOut, List.of(ARGO), OwnedFields.ofModel("IvyBridge-IBRS"))),
                arguments(
                        "opted out, and model and features are shared with us",
                        vm().carrying(TARGET)
                                .model("IvyBridge-IBRS", ARGO, US)
                                .features("aes:require avx2:require", ARGO, US)
                                .optedOut(),
                        new Release(Reason.OptedOut, List.of(), OwnedFields.NONE)),
                arguments(
                        "opted out, and nothing is required any more",
                        vm().carrying(TARGET).features("aes:disable", KUBECTL).optedOut(),
                        new Release(Reason.OptedOut, List.of(), OwnedFields.NONE)),
                arguments(
                        "vmx is added",
                        vm().carrying(TARGET).features("aes avx2 vmx", KUBECTL),
                        new Release(
                                Reason.NestedVirtualization, List.of(KUBECTL), OwnedFields.ofModel("IvyBridge-IBRS"))),
                arguments(
                        "svm is added, and all else is given up",
                        vm().model("IvyBridge-IBRS", US).features("aes svm:require", KUBECTL),
                        new Conflict(Reason.NestedVirtualization, List.of(KUBECTL))),
                arguments(
                        "vmx is forced and nothing is required",
                        vm().carrying(TARGET).features("vmx:force", KUBECTL),
                        new Release(Reason.NestedVirtualization, List.of(), OwnedFields.NONE)),
                arguments(
                        "another vendor, too",
                        vm().carrying(TARGET).features("aes avx2 bmi1", KUBECTL).vendor("AMD", "true", ARGO),
                        new Release(Reason.Conflicting, List.of(KUBECTL), OwnedFields.ofModel("IvyBridge-IBRS"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("takenFeatures")
    void when_the_features_are_taken_the_model_stays_as_long_as_any_is_required(
            String name, VirtualMachineBuilder vm, Action expected) {
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(expected);
    }

    @Test
    void a_user_adds_features_where_none_are_required() {
        assertThat(Alignment.decide(
                        vm().carrying(MODEL_ONLY)
                                .features("pcid", ARGO, KUBECTL)
                                .build(),
                        MODEL_ONLY))
                .isEqualTo(new Nothing());
        assertThat(Alignment.decide(vm().features("pcid", KUBECTL).build(), MODEL_ONLY))
                .isEqualTo(new Skip(Reason.UserFeatures));
    }

    static Stream<Arguments> outOfScope() {
        return Stream.of(
                arguments(vm().carrying(TARGET).poolOwned(), Reason.PoolOwned),
                arguments(vm().carrying(TARGET).confidential(), Reason.Confidential),
                arguments(vm().carrying(TARGET).waitAsReceiver(), Reason.WaitAsReceiver),
                arguments(vm().carrying(TARGET).architecture("arm64"), Reason.NotAmd64),
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
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(new Release(reason, List.of(), OwnedFields.NONE));
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
        assertThat(Target.baselineOf(RACK_7)).isEqualTo("rack-7");
    }
}
