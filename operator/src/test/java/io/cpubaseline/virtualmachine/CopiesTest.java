package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.Action.Apply;
import io.cpubaseline.virtualmachine.Action.Conflict;
import io.cpubaseline.virtualmachine.Action.Nothing;
import io.cpubaseline.virtualmachine.Action.Release;
import io.cpubaseline.virtualmachine.Action.TakeOver;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done where a restore, a clone or a backup has written a baseline's fields. */
class CopiesTest {

    private static final String US = "cpu-baseline.main";
    private static final String KUBEVIRT = "virt-controller";
    private static final String BACKUP = "backup-server";
    private static final String KUBECTL = "kubectl-create";
    private static final OwnedFields EARLIER =
            Targets.of("main", "Intel", "Nehalem", "aes").fields();
    private static final Target TARGET = knowing(Targets.of("main", "Intel", "IvyBridge-IBRS", "aes", "avx2"));
    private static final OwnedFields PINNED = TARGET.fields();

    private static Target knowing(Target target) {
        return new Target(
                target.baseline(),
                target.fields(),
                target.required(),
                target.guest(),
                target.pinned(),
                target.vendorKnown(),
                null,
                new Copies(Set.of(BACKUP), List.of(EARLIER)));
    }

    private static TakeOver takeOver(OwnedFields fields, String... from) {
        return new TakeOver(fields, fields, List.of(from));
    }

    static Stream<Arguments> copies() {
        OwnedFields unlabelled = PINNED.withLabels("", "");
        return Stream.of(
                arguments("cloned by KubeVirt", vm().having(PINNED, KUBEVIRT).restored(), takeOver(PINNED, KUBEVIRT)),
                arguments(
                        "cloned by KubeVirt with an earlier revision",
                        vm().having(EARLIER, KUBEVIRT).restored(),
                        takeOver(EARLIER, KUBEVIRT)),
                arguments(
                        "written by KubeVirt, which restored nothing",
                        vm().having(unlabelled, KUBEVIRT),
                        new Apply(PINNED)),
                arguments(
                        "an earlier revision, written by KubeVirt, which restored nothing",
                        vm().having(EARLIER.withLabels("", ""), KUBEVIRT),
                        new Conflict(Reason.Conflicting, List.of(KUBEVIRT))),
                arguments(
                        "restored onto itself, where the features differ",
                        vm().having(EARLIER, US)
                                .features("aes:require", KUBEVIRT)
                                .restored(),
                        takeOver(EARLIER, KUBEVIRT)),
                arguments(
                        "restored, co-owned",
                        vm().having(PINNED, US)
                                .model(PINNED.cpuModel(), US, KUBEVIRT)
                                .features(PINNED.features(), US, KUBEVIRT)
                                .restored(),
                        takeOver(PINNED, KUBEVIRT)),
                arguments(
                        "restored, but with a model of the user's",
                        vm().having(OwnedFields.ofModel("Haswell"), KUBEVIRT).restored(),
                        new Conflict(Reason.Conflicting, List.of(KUBEVIRT))),
                arguments(
                        "restored by a tool of the configuration",
                        vm().having(EARLIER.withLabels("", ""), BACKUP),
                        takeOver(EARLIER.withLabels("", ""), BACKUP)),
                arguments(
                        "a copy with our labels, by anybody",
                        vm().having(EARLIER, KUBECTL),
                        takeOver(EARLIER, KUBECTL)),
                arguments(
                        "a copy with another one's labels",
                        vm().having(EARLIER.withLabels("other", "Nehalem-0123456789"), KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        "an earlier revision in Git, with labels",
                        vm().having(EARLIER, KUBECTL).declaredBy(KUBECTL),
                        new Conflict(Reason.Conflicting, List.of(KUBECTL))),
                arguments(
                        "model and features of an earlier revision, beside our labels",
                        vm().having(EARLIER, KUBECTL).labels("main", EARLIER.revision(), US),
                        new Release(Reason.Conflicting, List.of(KUBECTL), OwnedFields.NONE)),
                arguments(
                        "the pinned revision in Git, which both own",
                        vm().having(PINNED, US)
                                .model(PINNED.cpuModel(), US, KUBECTL)
                                .features(PINNED.features(), US, KUBECTL)
                                .declaredBy(US, KUBECTL),
                        new Nothing()),
                arguments(
                        "copied and taken by another one since",
                        vm().having(PINNED, KUBEVIRT).restored().model(PINNED.cpuModel(), "cpu-baseline.other"),
                        new Conflict(Reason.ClaimedByOther, List.of("cpu-baseline.other"))),
                arguments(
                        "taken back with an earlier revision",
                        vm().having(EARLIER, US).restored(),
                        new Apply(PINNED)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("copies")
    void copies_are_taken_back_and_nothing_else_is(String name, VirtualMachineBuilder vm, Action expected) {
        assertThat(Alignment.decide(vm.build(), TARGET)).isEqualTo(expected);
    }

    @Test
    void taking_back_counts_as_no_revision_that_spreads() {
        // Given
        VirtualMachineSnapshot vm = vm().having(EARLIER, KUBEVIRT).restored().build();

        // When
        Action action = Alignment.decide(vm, TARGET);

        // Then
        assertThat(WriteKind.of(action, vm, TARGET, null)).isEqualTo(WriteKind.AGAIN);
    }
}
