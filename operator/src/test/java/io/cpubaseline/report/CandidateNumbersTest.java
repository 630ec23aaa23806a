package io.cpubaseline.report;

import static io.cpubaseline.change.Story.created;
import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.notReady;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.change.Story;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.GuestCpu;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Tally.State;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a candidate would change for virtual machines, as its impact tells it. */
class CandidateNumbersTest {

    private static final String SKYLAKE = "xeon-gold-6130";
    private static final String NEHALEM = "xeon-w3520";

    private final Tally tally = new Tally();
    private final Reporting reporting = new Reporting();

    /** Skylakes have a pin; then an older node comes, and all together could have less. */
    private CandidateBaseline candidate() {
        reporting.report(nodes(SKYLAKE, SKYLAKE));
        return Objects.requireNonNull(
                reporting.report(nodes(SKYLAKE, SKYLAKE, NEHALEM)).candidate());
    }

    private String impact() {
        return String.valueOf(candidate().impact());
    }

    private void applied(int count, GuestCpu cpu) {
        for (int i = 0; i < count; i++) {
            tally.count(State.APPLIED);
        }
        tally.runs(cpu, count);
        tally.follows(cpu, count);
    }

    private static GuestCpu cpu(CandidateBaseline candidate) {
        return new GuestCpu(
                candidate.cpuModel(),
                candidate.requiredFeatures().stream().map(RequiredFeature::name).toList(),
                "Intel");
    }

    @Test
    void the_first_baseline_has_numbers_too() {
        // Given
        tally.count(State.PENDING);
        tally.count(State.PENDING);
        tally.count(State.SKIPPED, Reason.HostPassthrough, "shop/own");
        tally.follows(new GuestCpu("host-model", List.of(), "Intel"), 1);
        tally.asks(new NodeCapacity(4_000, 8L << 30), 2);
        NodeCpu young = created(node("n0", SKYLAKE), Story.START);
        NodeCpu down = notReady(created(node("n1", SKYLAKE), Story.START));

        // When
        ClusterCpuBaselineStatus status =
                reporting.prospect(Mode.PATCH, tally).report(List.of(young.on(host(32_000)), down.on(host(16_000))));

        // Then
        assertThat(status.pinned()).isNull();
        assertThat(status.virtualMachines()).isNull();
        assertThat(Objects.requireNonNull(status.candidate()).impact())
                .startsWith("Guests get x86-64-v4. ")
                .endsWith(
                        " Guests could land on 1 of 2 nodes now: on 32 of 48 cores and 64Gi of 128Gi of memory. 2 of 3 selected virtual machines have the baseline or are to have it. Running with another CPU, so to be restarted for this one: 1; from the write until then KubeVirt does no live updates of them (hotplug).");
        assertThat(Objects.requireNonNull(status.capacity()).demandedCores()).isEqualTo(8);
        assertThat(status.capacity().demandedMemory()).isEqualTo("16Gi");
    }

    private static NodeHost host(long milliCores) {
        return new NodeHost(NodePlatform.unknown(), new NodeCapacity(milliCores, 64L << 30), List.of());
    }

    @Test
    void those_that_run_with_something_else_are_to_be_restarted_and_have_no_live_updates_until_then() {
        // Given
        CandidateBaseline next = candidate();
        applied(3, new GuestCpu("Skylake-Server", List.of(), "Intel"));
        applied(2, cpu(next));
        tally.count(State.PENDING);
        tally.follows(new GuestCpu("host-model", List.of(), "Intel"), 1);
        tally.count(State.SKIPPED, Reason.HostPassthrough, "shop/own");
        tally.runs(new GuestCpu("host-passthrough", List.of(), "Intel"), 1);

        // When
        reporting.virtualMachines(Mode.PATCH, tally);

        // Then
        assertThat(impact())
                .endsWith(
                        " 6 of 7 selected virtual machines have the baseline or are to have it. Running with another CPU, so to be restarted for this one: 4; from the write until then KubeVirt does no live updates of them (hotplug).");
    }

    @Test
    void where_none_runs_with_something_else_none_is_to_be_restarted() {
        // Given
        applied(2, cpu(candidate()));
        tally.count(State.APPLIED);

        // When
        reporting.virtualMachines(Mode.PATCH, tally);

        // Then
        assertThat(impact())
                .endsWith(
                        " 3 of 3 selected virtual machines have the baseline or are to have it. None of them runs with another CPU than this.");
    }

    @Test
    void those_that_are_written_when_they_are_stopped_keep_their_live_updates() {
        // Given
        applied(3, new GuestCpu("Skylake-Server", List.of(), "Intel"));

        // When
        reporting.virtualMachines(
                new Observation.VirtualMachines(Mode.PATCH, tally, null, null, SchedulingRules.byDefault())
                        .writtenWhenStopped(true));

        // Then
        assertThat(impact())
                .endsWith(
                        "for this one: 3; they are written once they are stopped (rollout.when: WhenStopped), so live updates go on.");
    }

    @Test
    void so_do_those_that_are_never_written() {
        // Given
        applied(3, new GuestCpu("Skylake-Server", List.of(), "Intel"));

        // When
        reporting.virtualMachines(Mode.ADMISSION, tally).admission(true, Reason.PolicyBound);

        // Then
        assertThat(impact()).endsWith("for this one: 3; nothing is written into them before, so live updates go on.");
    }

    @Test
    void those_on_nodes_of_another_vendor_are_counted() {
        // Given
        applied(1, new GuestCpu("EPYC", List.of(), "AMD"));
        tally.note(Reason.ChangesVendor, "shop/web");

        // When
        reporting.virtualMachines(Mode.PATCH, tally);

        // Then
        assertThat(impact()).endsWith(" On nodes of another vendor, so to change the CPU vendor then: 1.");
    }
}
