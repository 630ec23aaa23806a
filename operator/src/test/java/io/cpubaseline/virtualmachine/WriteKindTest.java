package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WriteKindTest {

    private static final Target TARGET = Targets.of("all-nodes", "Intel", "IvyBridge-IBRS", "avx2");
    private static final Target OLDER = Targets.of("all-nodes", "Intel", "Nehalem");

    private static InstanceSnapshot instance(Target of, String phase) {
        return InstanceBuilder.instance("web").carrying(of).phase(phase).build();
    }

    static Stream<Arguments> writes() {
        return Stream.of(
                arguments("a first revision", vm("web"), TARGET, null, WriteKind.SPREAD),
                arguments("another revision", vm("web").carrying(OLDER), TARGET, null, WriteKind.SPREAD),
                arguments(
                        "another revision, running",
                        vm("web").carrying(OLDER),
                        TARGET,
                        instance(OLDER, "Running"),
                        WriteKind.SPREAD),
                arguments(
                        "back to what runs",
                        vm("web").carrying(OLDER),
                        TARGET,
                        instance(TARGET, "Running"),
                        WriteKind.AGAIN),
                arguments(
                        "back to what ran",
                        vm("web").carrying(OLDER),
                        TARGET,
                        instance(TARGET, "Succeeded"),
                        WriteKind.SPREAD),
                arguments("lost, but had it", vm("web").carrying(TARGET).model(""), TARGET, null, WriteKind.AGAIN),
                arguments("given back", vm("web").carrying(TARGET), Target.nothing("all-nodes"), null, WriteKind.AGAIN),
                arguments(
                        "given back after opting out",
                        vm("web").carrying(TARGET).optedOut(),
                        Target.nothing("all-nodes"),
                        null,
                        WriteKind.AT_ONCE),
                arguments("opted out", vm("web").carrying(TARGET).optedOut(), TARGET, null, WriteKind.AT_ONCE),
                arguments("confidential", vm("web").carrying(TARGET).confidential(), TARGET, null, WriteKind.AT_ONCE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writes")
    void limits_hold_back_what_is_new_to_a_guest_and_never_what_keeps_harm_away(
            String name,
            VirtualMachineBuilder builder,
            Target target,
            @Nullable InstanceSnapshot instance,
            WriteKind expected) {
        // Given
        VirtualMachineSnapshot vm = builder.build();
        Action action = Alignment.decide(vm, target);

        // When, Then
        assertThat(action).isNotInstanceOfAny(Action.Nothing.class, Action.Skip.class, Action.Conflict.class);
        assertThat(WriteKind.of(action, vm, target, instance)).isEqualTo(expected);
        assertThat(List.of(WriteKind.values())).contains(expected);
    }
}
