package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.Action.Apply;
import io.cpubaseline.virtualmachine.Action.Conflict;
import io.cpubaseline.virtualmachine.Action.Nothing;
import io.cpubaseline.virtualmachine.Action.Skip;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a virtual machine whose instances get the baseline when they are created: nothing is ever written into it. */
class AdmissionTest {

    private static final long BOUND = Targets.PINNED + 100;
    private static final Target PIN =
            Targets.withGuest(Targets.of("all-nodes", "Intel", "IvyBridge-IBRS", "aes", "avx2"), "avx", "pcid");
    private static final Target TARGET = PIN.by(new Admission(true, BOUND));
    private static final Target MIXED =
            Targets.mixed("all-nodes", "IvyBridge-IBRS", "aes").by(new Admission(true, BOUND));
    private static final String KUBECTL = "kubectl-edit";

    static Stream<Arguments> machines() {
        Skip nested = new Skip(Reason.NestedVirtualization);
        return Stream.of(
                arguments("nothing set", vm(), new Nothing()),
                arguments("no topology", vm().withoutCpuTopology(), new Nothing()),
                arguments("of a pool", vm().poolOwned(), new Nothing()),
                arguments("features of its own", vm().features("pcid x2apic:disable", KUBECTL), new Nothing()),
                arguments("one of them is required, too", vm().features("aes", KUBECTL), new Nothing()),
                arguments("the model lacks something then", vm().features("pcid:disable", KUBECTL), new Nothing()),
                arguments("evmcs, and Intel", vm().evmcs(), new Nothing()),
                arguments("being deleted", vm().deleting(), new Skip(Reason.BeingDeleted)),
                arguments("opted out", vm().optedOut(), new Skip(Reason.OptedOut)),
                arguments("another architecture", vm().architecture("arm64"), new Skip(Reason.NotAmd64)),
                arguments("confidential", vm().confidential(), new Skip(Reason.Confidential)),
                arguments("waits for a migration", vm().waitAsReceiver(), new Skip(Reason.WaitAsReceiver)),
                arguments("of the host", vm().model("host-passthrough", KUBECTL), new Skip(Reason.HostPassthrough)),
                arguments("a model of its own", vm().model("Haswell", KUBECTL), conflict()),
                arguments("KubeVirt's default by name", vm().model("host-model", KUBECTL), conflict()),
                arguments("the same model without the features", vm().model("IvyBridge-IBRS", KUBECTL), conflict()),
                arguments("carries it from before", vm().carrying(PIN), new Nothing()),
                arguments("asks for vmx", vm().features("vmx", KUBECTL), nested),
                arguments("asks for a part of it", vm().features("vmx-ept:require", KUBECTL), nested),
                arguments("has no vmx", vm().features("vmx:disable", KUBECTL), new Nothing()),
                arguments("forbids anything", vm().features("sha-ni:forbid", KUBECTL), conflict()),
                arguments("disables what is required", vm().features("aes:disable", KUBECTL), conflict()),
                arguments("leaves to the node what is required", vm().features("aes:optional", KUBECTL), conflict()),
                arguments("confined to the vendor", vm().vendor("Intel", "true", KUBECTL), new Nothing()),
                arguments("confined to another one", vm().vendor("AMD", "true", KUBECTL), conflict()),
                arguments("confined to none", vm().vendor("Intel", "false", KUBECTL), conflict()));
    }

    private static Conflict conflict() {
        return new Conflict(Reason.Conflicting, List.of(KUBECTL));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("machines")
    void an_instance_gets_it_or_there_is_a_reason(String name, VirtualMachineBuilder vm, Action expected) {
        assertThat(Alignment.decide(vm.build(), TARGET, manager -> false)).isEqualTo(expected);
    }

    @Test
    void a_baseline_of_several_vendors_confines_nobody() {
        assertThat(Alignment.decide(vm().vendor("AMD", "true", KUBECTL).build(), MIXED, manager -> false))
                .isEqualTo(new Nothing());
    }

    @Test
    void evmcs_is_left_alone_where_the_baseline_is_of_amd() {
        Target amd = Targets.of("amd", "AMD", "EPYC", "aes").by(new Admission(true, BOUND));
        assertThat(Alignment.decide(vm().evmcs().build(), amd, manager -> false))
                .isEqualTo(new Skip(Reason.NestedVirtualization));
    }

    @Test
    void without_a_binding_it_is_still_to_get_it() {
        assertThat(Alignment.decide(vm().build(), PIN.by(Admission.NONE), manager -> false))
                .isEqualTo(new Apply(PIN.fields()));
    }

    static Stream<Arguments> instances() {
        return Stream.of(
                arguments("started with it", "IvyBridge-IBRS", BOUND + 1, List.of()),
                arguments("started before it was bound", "host-model", BOUND, List.of(Reason.PendingRestart)),
                arguments(
                        "started since, and didn't get it",
                        "host-model",
                        BOUND + 1,
                        List.of(Reason.AdmissionMissed, Reason.PendingRestart)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("instances")
    void what_runs_without_it_is_counted(String name, String model, long created, List<Reason> notes) {
        // Given
        VirtualMachineSnapshot vm = vm().build();
        InstanceSnapshot running = InstanceBuilder.instance(vm.name())
                .namespace(vm.namespace())
                .created(created)
                .cpu(model, List.of("aes", "avx2"))
                .build();

        // When
        Look look = Look.foreseen(vm, new Nothing(), running, "Intel", TARGET);

        // Then
        assertThat(look.state()).isEqualTo(Tally.State.APPLIED);
        assertThat(look.notes()).containsExactlyInAnyOrderElementsOf(notes);
    }
}
