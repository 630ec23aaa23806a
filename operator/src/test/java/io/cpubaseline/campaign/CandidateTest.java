package io.cpubaseline.campaign;

import static io.cpubaseline.virtualmachine.InstanceBuilder.instance;
import static io.cpubaseline.virtualmachine.VirtualMachineBuilder.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.cpubaseline.Reason;
import io.cpubaseline.campaign.Candidate.Circumstances;
import io.cpubaseline.campaign.Candidate.Consent;
import io.cpubaseline.campaign.Candidate.Places;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.virtualmachine.InstanceBuilder;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Trait;
import io.cpubaseline.virtualmachine.VirtualMachineBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** How a campaign sees a virtual machine. */
class CandidateTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final long LONG_AGO = NOW.getEpochSecond() - 3600;
    private static final Places SOMEWHERE = new Places(2, true);
    private static final Target TARGET = new Target(
            "web",
            new OwnedFields("Haswell", List.of(), "", "web", "Haswell-0123456789"),
            FeatureSet.empty(),
            FeatureSet.empty(),
            0,
            true);

    private static Rules rules(Method... methods) {
        return new Rules(
                false, false, Set.of(methods), List.of(Budget.DEFAULT), List.of(), Duration.ofMinutes(10), 1, Set.of());
    }

    private static VirtualMachineBuilder allowed() {
        return vm().power("Always", false).restart("allowed");
    }

    private static InstanceBuilder running() {
        return instance("vm").created(LONG_AGO).being(Trait.READY);
    }

    private static Candidate candidate(
            VirtualMachineBuilder vm, @Nullable InstanceBuilder instance, Places places, Rules rules) {
        return candidate(vm, instance, new Circumstances(true, false, false, "", places, () -> "label x"), rules);
    }

    private static Candidate candidate(
            VirtualMachineBuilder vm, @Nullable InstanceBuilder instance, Circumstances around, Rules rules) {
        return Candidate.of(vm.build(), instance == null ? null : instance.build(), TARGET, around, rules, NOW);
    }

    static Stream<Arguments> obstacles() {
        return Stream.of(
                arguments("nothing", allowed(), running(), null),
                arguments("a stop is under way", allowed().power("Always", true), running(), Reason.ChangingState),
                arguments("it ends", allowed(), running().being(Trait.ENDING), Reason.ChangingState),
                arguments("a migration", allowed(), running().being(Trait.MIGRATING), Reason.Migrating),
                arguments("a backup", allowed(), running().being(Trait.BACKING_UP), Reason.BackingUp),
                arguments("volumes move", allowed(), running().being(Trait.VOLUMES_CHANGING), Reason.VolumesChanging),
                arguments("it is paused", allowed(), running().being(Trait.PAUSED), Reason.NotRunning),
                arguments("it starts", allowed(), running().phase("Scheduling"), Reason.NotRunning),
                arguments("it runs once", allowed().power("Once", false), running(), Reason.NotRestartable),
                arguments("it is halted", allowed().power("Halted", false), running(), Reason.NotRestartable),
                arguments("started by hand", allowed().power("Manual", false), running(), null),
                arguments(
                        "it has just started",
                        allowed(),
                        running().created(NOW.getEpochSecond() - 9),
                        Reason.JustStarted),
                arguments("ten seconds ago", allowed(), running().created(NOW.getEpochSecond() - 10), null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("obstacles")
    void what_stands_against_a_restart(
            String what, VirtualMachineBuilder vm, InstanceBuilder instance, @Nullable Reason reason) {
        Candidate candidate = candidate(vm, instance, SOMEWHERE, rules(Method.Restart));

        assertThat(candidate.obstacle()).isEqualTo(reason);
        assertThat(candidate.mayBegin()).isEqualTo(reason == null);
    }

    @Test
    void one_that_could_not_start_again_is_left_running() {
        assertThat(candidate(allowed(), running(), new Places(0, false), rules(Method.Restart))
                        .obstacle())
                .isEqualTo(Reason.NowhereSchedulable);
    }

    static Stream<Arguments> methods() {
        return Stream.of(
                arguments("Always", true, rules(Method.GuestReboot, Method.Restart), Method.GuestReboot),
                arguments("Always", false, rules(Method.GuestReboot, Method.Restart), Method.Restart),
                arguments("RerunOnFailure", true, rules(Method.GuestReboot, Method.Restart), Method.Restart),
                arguments("Manual", true, rules(Method.GuestReboot), Method.WaitForStop),
                arguments("Always", true, rules(Method.Restart), Method.Restart),
                arguments("Always", true, rules(Method.WaitForStop), Method.WaitForStop),
                arguments("Always", false, rules(Method.WaitForStop, Method.GuestReboot), Method.WaitForStop));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void the_least_disruptive_method_that_fits_is_taken(
            String runStrategy, boolean rebootsAnew, Rules rules, Method method) {
        InstanceBuilder instance = rebootsAnew ? running().being(Trait.REBOOTS_ANEW) : running();

        Candidate candidate = candidate(allowed().power(runStrategy, false), instance, SOMEWHERE, rules);

        assertThat(candidate.method()).isEqualTo(method);
        assertThat(candidate.obstacle()).isEqualTo(method == Method.WaitForStop ? Reason.WaitsForStop : null);
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', false, MISSING",
        "'', '', true, ALLOWED",
        "allowed, '', false, ALLOWED",
        "'', allowed, false, ALLOWED",
        "first, '', false, FIRST",
        "'', first, false, FIRST",
        "denied, allowed, true, MISSING",
        "allowed, denied, false, ALLOWED",
        "'', denied, true, MISSING",
        "Allowed, '', true, MISSING",
        "yes, allowed, true, MISSING"
    })
    void the_word_of_the_machine_counts_before_its_namespaces(
            String own, String namespace, boolean assumed, Consent consent) {
        assertThat(Consent.of(own, namespace, assumed)).isEqualTo(consent);
    }

    @Test
    void of_one_that_finds_no_node_the_labels_are_named_that_no_node_has() {
        InstanceBuilder unplaced = instance("vm")
                .created(LONG_AGO)
                .phase("Scheduling")
                .unschedulable("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.");
        InstanceBuilder crowded = instance("vm")
                .created(LONG_AGO)
                .phase("Scheduling")
                .unschedulable("0/3 nodes are available: 3 Too many pods.");

        assertThat(candidate(allowed(), unplaced, SOMEWHERE, rules(Method.Restart))
                        .state()
                        .unschedulable())
                .isEqualTo("no node has label x");
        assertThat(candidate(allowed(), crowded, SOMEWHERE, rules(Method.Restart))
                        .state()
                        .unschedulable())
                .isEqualTo("0/3 nodes are available: 3 Too many pods.");
    }

    @Test
    void one_without_an_instance_is_not_live() {
        Candidate candidate = candidate(allowed().power("Halted", false), null, SOMEWHERE, rules(Method.Restart));

        assertThat(candidate.state().live()).isFalse();
        assertThat(candidate.state().halted()).isTrue();
        assertThat(candidate.mayBegin()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, false, Running, false, ",
        "true, true, false, Running, false, ChangingState",
        "true, false, true, Running, false, Forbidden",
        "true, true, true, Running, false, ChangingState",
        "true, true, true, Scheduling, false, NotRunning",
        "true, false, false, Running, true, "
    })
    void what_stands_against_it_beside_the_machine_itself(
            boolean applied, boolean asked, boolean forbidden, String phase, boolean begins, @Nullable Reason reason) {
        Candidate candidate = candidate(
                allowed(),
                running().phase(phase),
                new Circumstances(applied, asked, forbidden, "", SOMEWHERE, () -> ""),
                rules(Method.Restart));

        assertThat(candidate.obstacle()).isEqualTo(reason);
        assertThat(candidate.state().leaving()).isEqualTo(asked);
        assertThat(candidate.mayBegin()).isEqualTo(begins);
    }
}
