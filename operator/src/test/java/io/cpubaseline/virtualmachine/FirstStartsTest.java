package io.cpubaseline.virtualmachine;

import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Pin;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.virtualmachine.Action.Apply;
import io.cpubaseline.virtualmachine.Action.Nothing;
import io.cpubaseline.virtualmachine.Tally.State;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose instances may get the pin when they are created, and what becomes of their virtual machines afterwards. */
class FirstStartsTest {

    private static final Target TARGET = Targets.of("all-nodes", "Intel", "IvyBridge-IBRS", "aes", "avx2");
    private static final Target EARLIER = Targets.of("all-nodes", "Intel", "Nehalem");
    private static final String KUBECTL = "kubectl-edit";
    private static final String US = TARGET.manager();

    // ---- the limits of a roll-out

    @ParameterizedTest
    @CsvSource({
        "proven,                      100%, 10%,  false, true,  true",
        "not yet proven,              100%, 10%,  false, false, false",
        "no proof asked for,          100%, 100%, false, false, true",
        "a number is no such wish,    100%, 9999, false, false, false",
        "halted,                      100%, 10%,  true,  true,  false",
        "halted and no proof asked,   100%, 100%, true,  false, false",
        "some of them only,           99%,  10%,  false, true,  false",
        "as many as a number,         9999, 100%, false, true,  false"
    })
    void they_begin_where_no_limit_of_the_roll_out_is_left(
            String name, String maxUpdated, String maxUnproven, boolean halted, boolean proven, boolean open) {
        // Given
        Rollout rollout = new Rollout(
                /* whenStopped= */ true,
                Share.parse(maxUpdated).orElseThrow(),
                Share.parse(maxUnproven).orElseThrow(),
                60,
                10);

        // When
        FirstStarts starts = FirstStarts.of(rollout, halted, proven, new TreeSet<>(Set.of("shop/b", "shop/a")));

        // Then
        assertThat(starts).isEqualTo(open ? new FirstStarts(true, List.of("shop/a", "shop/b")) : FirstStarts.NONE);
    }

    @Test
    void with_more_exceptions_than_a_status_has_room_for_none_may() {
        // Given
        TreeSet<String> names = new TreeSet<>();
        IntStream.range(0, FirstStarts.ROOM / 10).forEach(i -> names.add("shop/%05d".formatted(i)));
        assertThat(FirstStarts.of(Rollout.unlimited(), false, false, names).open())
                .isTrue();

        // When
        names.add("z");

        // Then
        assertThat(FirstStarts.of(Rollout.unlimited(), false, false, names)).isEqualTo(FirstStarts.NONE);
    }

    // ---- where they land

    static Stream<Arguments> vendors() {
        return Stream.of(
                arguments("one vendor", "Intel", Set.of("Intel"), true),
                arguments("a node of another one", "Intel", Set.of("Intel", "AMD"), false),
                arguments("none but another one", "Intel", Set.of("AMD"), false),
                arguments("a node that doesn't say", "Intel", Set.of("Intel", ""), false),
                arguments("of several vendors", "", Set.of("Intel", "AMD"), true),
                arguments("not decided yet", null, Set.of("Intel"), false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vendors")
    void none_may_where_it_could_land_on_the_nodes_of_another_vendor(
            String name, @Nullable String vendor, Set<String> vendors, boolean expected) {
        Pin pin = new Pin("IvyBridge-IBRS", new TreeMap<>(), AbiLevel.V3, vendor, null, "");
        assertThat(FirstStarts.confined(pin, vendors)).isEqualTo(expected);
    }

    // ---- what the policy can't see

    static Stream<Arguments> leftAlone() {
        return Stream.of(
                arguments("is to be written", vm(), State.PENDING, false),
                arguments("opted out", vm().optedOut(), State.SKIPPED, true),
                arguments(
                        "opted out, with a model of its own",
                        vm().optedOut().model("Haswell", KUBECTL),
                        State.SKIPPED,
                        false),
                arguments("opted out on its template", vm().optedOutOnTemplate(), State.SKIPPED, false),
                arguments("being deleted", vm().deleting(), State.SKIPPED, false),
                arguments("another architecture", vm().architecture("arm64"), State.SKIPPED, false),
                arguments("confidential", vm().confidential(), State.SKIPPED, false),
                arguments("waits for a migration", vm().waitAsReceiver(), State.SKIPPED, false),
                arguments("features of its own", vm().features("pcid", KUBECTL), State.SKIPPED, false),
                arguments("no topology", vm().withoutCpuTopology(), State.SKIPPED, false),
                arguments(
                        "of a pool",
                        vm().poolOwned().templateLabels(Map.of("kubevirt.io/vm-pool-revision-name", "p-1")),
                        State.SKIPPED,
                        false),
                arguments("of a pool that doesn't say so", vm().poolOwned(), State.SKIPPED, true),
                arguments("a webhook refuses it", vm(), State.REFUSED, true),
                arguments("contended", vm(), State.CONFLICTING, true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("leftAlone")
    void those_that_are_left_alone_are_named_unless_the_policy_sees_why(
            String name, VirtualMachineBuilder vm, State state, boolean hidden) {
        VirtualMachineSnapshot machine = vm.build();
        assertThat(FirstStarts.hidesFromPolicy(machine, Alignment.decide(machine, TARGET), state))
                .isEqualTo(hidden);
    }

    @Test
    void whose_it_is_may_be_open_still_and_what_is_given_back_may_be_without_a_model_by_now() {
        assertThat(FirstStarts.hidesFromPolicy(vm().build(), new Action.Wait(), State.PENDING))
                .isTrue();
        VirtualMachineSnapshot leaving = vm().carrying(TARGET).optedOut().build();
        assertThat(FirstStarts.hidesFromPolicy(leaving, Alignment.decide(leaving, TARGET), State.PENDING))
                .isTrue();
    }

    // ---- what becomes of their virtual machines

    private static InstanceBuilder instance() {
        return InstanceBuilder.instance("web").created(Targets.PINNED + 1);
    }

    static Stream<Arguments> instances() {
        Action write = new Apply(TARGET.fields());
        Action nothing = new Nothing();
        return Stream.of(
                arguments("it got it and runs", vm("web"), instance().given(TARGET), nothing),
                arguments(
                        "it finds no node", vm("web"), instance().given(TARGET).unschedulable("0/3"), nothing),
                arguments("it has ended", vm("web"), instance().given(TARGET).phase("Succeeded"), write),
                arguments("it got nothing", vm("web"), instance(), write),
                arguments("it got an earlier one", vm("web"), instance().given(EARLIER), write),
                arguments(
                        "it says so and has another CPU",
                        vm("web"),
                        instance().given(TARGET).cpu("Haswell", List.of()),
                        write),
                arguments("it has it from the template", vm("web"), instance().carrying(TARGET), write),
                arguments(
                        "somebody has written the model since",
                        vm("web").model("IvyBridge-IBRS", KUBECTL),
                        instance().given(TARGET),
                        write),
                arguments(
                        "some of it is ours already",
                        vm("web").vendor("Intel", "true", US),
                        instance().given(TARGET),
                        write));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("instances")
    void a_virtual_machine_is_written_when_the_instance_that_got_it_is_stopped(
            String name, VirtualMachineBuilder vm, InstanceBuilder instance, Action expected) {
        VirtualMachineSnapshot machine = vm.build();
        Action decided = Alignment.decide(machine, TARGET);
        assertThat(decided).isInstanceOf(Apply.class);
        assertThat(FirstStarts.untilStopped(decided, machine, TARGET, instance.build()))
                .isInstanceOf(expected.getClass());
    }

    @Test
    void one_that_does_not_run_is_written() {
        VirtualMachineSnapshot machine = vm("web").build();
        Action decided = Alignment.decide(machine, TARGET);
        assertThat(FirstStarts.untilStopped(decided, machine, TARGET, null)).isEqualTo(decided);
    }

    @Test
    void until_then_it_is_applied_and_waits_for_no_restart() {
        // Given
        VirtualMachineSnapshot machine = vm("web").build();
        InstanceSnapshot running =
                instance().namespace(machine.namespace()).given(TARGET).build();

        // When
        Look look = Look.foreseen(machine, new Nothing(), running, "Intel", TARGET);

        // Then
        assertThat(look.state()).isEqualTo(State.APPLIED);
        assertThat(look.notes()).containsExactly(Reason.GivenAtStart);
    }
}
