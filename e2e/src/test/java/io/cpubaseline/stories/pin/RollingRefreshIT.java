package io.cpubaseline.stories.pin;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.use.Migrations.Result;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Servers;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Machines of a new generation take the place of the old ones while everything runs: nodes join, the old ones are drained by evacuation
 * and leave, the level is raised by approval, machines restart one by one. All the while each of them has somewhere to go.
 */
class RollingRefreshIT {
    private static final String OLD = "xeon-e5-2650-v4";
    private static final String NEW = "xeon-platinum-8268";
    private static final List<String> MACHINES = List.of("web", "db");

    @RegisterExtension
    static final Stage stage = Stage.full();

    /** Nodes that machines may go to: there, and not being drained. */
    private final Set<String> open = new TreeSet<>();

    @BeforeEach
    void noNodes() {
        open.clear();
    }

    @Test
    void machinesAlwaysHaveATargetFromTheOldGenerationToTheNew() {
        // Given two nodes of the old generation, and machines that run there
        join("old-1", OLD);
        join("old-2", OLD);
        MACHINES.forEach(machine -> stage.machines().create(Machines.evictable(machine, "rack")));
        stage.operator();
        stage.apply(Stage.patching("rack", "vendors: Single"));
        Seen seen = stage.awaitApplied("rack", MACHINES.size());
        PinnedBaseline old = seen.pinned();
        assertThat(old.abiLevel()).isEqualTo("x86-64-v3");
        stage.start(MACHINES.toArray(String[]::new));
        Map<String, String> runs = runs();
        everyMachineCanMove();

        // When the new generation joins
        join("new-1", NEW);
        join("new-2", NEW);

        // Then nothing changes but that there are more targets
        seen = stage.await("rack", now -> assertThat(now.nodes().schedulable()).isEqualTo(4));
        assertThat(seen.pinned()).isEqualTo(old);
        assertThat(seen.hasCandidate()).isFalse();
        everyMachineCanMove();

        // When the old one goes, node by node
        for (String node : List.of("old-1", "old-2")) {
            retire(node);
            everyMachineCanMove();
        }

        // Then a raise is offered, and not taken: the machines have moved without a restart, with the CPU that they had
        seen = stage.await("rack", "CandidatePending", "True AwaitingApproval");
        assertThat(seen.candidate().direction()).isEqualTo("Raise");
        assertThat(seen.candidate().abiLevel()).isEqualTo("x86-64-v4");
        assertThat(seen.pinned()).isEqualTo(old);
        assertThat(seen.nodes().schedulable()).isEqualTo(2);
        assertThat(runs()).isEqualTo(runs);
        MACHINES.forEach(machine ->
                assertThat(stage.machines().runningCpuFields(machine)).startsWith(old.cpuModel() + " "));

        // When it is approved
        String raised = seen.candidate().revision();
        stage.approve("rack", raised);

        // Then the machines are to take it at their next start, and can still move
        seen = stage.await("rack", "VirtualMachinesAligned", "False PendingRestart");
        assertThat(seen.pinned().revision()).isEqualTo(raised);
        assertThat(seen.virtualMachines().pendingRestart()).isEqualTo(MACHINES.size());
        everyMachineCanMove();

        // When they are restarted one by one
        for (String machine : MACHINES) {
            stage.machines().restart(machine);

            // Then that one has the new level, and all can move
            assertThat(stage.machines().runningCpuFields(machine))
                    .startsWith(seen.pinned().cpuModel() + " ");
            everyMachineCanMove();
        }
        stage.await("rack", "VirtualMachinesAligned", "True Aligned");
        assertThat(open).containsExactly("new-1", "new-2");
    }

    private void join(String node, String cpu) {
        stage.apply(Servers.of(cpu, node));
        open.add(node);
    }

    /** Drains a node as KubeVirt's documentation says, waits until KubeVirt has moved everything away, and takes it out. */
    private void retire(String node) {
        open.remove(node);
        stage.kubectl("taint", "node", node, "kubevirt.io/drain=:NoSchedule");
        eventually(() -> assertThat(MACHINES)
                .allSatisfy(machine ->
                        assertThat(stage.migrations().nodeOf(machine)).isIn(open)));
        stage.nodes().delete(node);
        stage.await("rack", now -> assertThat(now.nodes().selected()).isEqualTo(open.size()));
    }

    /** Migrates each of them once: KubeVirt and the scheduler find it a node. */
    private void everyMachineCanMove() {
        for (String machine : MACHINES) {
            var outcome = stage.migrations().migrate(machine);
            assertThat(outcome.result()).as(outcome.explanation()).isEqualTo(Result.SUCCEEDED);
            assertThat(outcome.target()).isPresent().get().isIn(open).isNotEqualTo(outcome.source());
        }
    }

    private static Map<String, String> runs() {
        return MACHINES.stream()
                .collect(Collectors.toMap(
                        machine -> machine, stage.migrations()::instanceOf, (one, other) -> one, TreeMap::new));
    }
}
