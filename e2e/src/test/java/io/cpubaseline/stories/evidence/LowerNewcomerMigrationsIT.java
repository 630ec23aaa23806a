package io.cpubaseline.stories.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.lab.use.Migrations.Outcome;
import io.cpubaseline.lab.use.Migrations.Result;
import io.cpubaseline.stories.stage.Nodes;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node joins that has the baseline's model, but lacks one feature that the baseline requires. */
class LowerNewcomerMigrationsIT {
    private static final Set<String> OLD = Set.of("prox01", "prox06");
    private static final String NEWCOMER = "prox02";
    private static final Set<String> ALL = Set.of("prox01", "prox02", "prox06");

    @RegisterExtension
    static final Stage stage = Stage.full();

    @Test
    void itIsNoTargetUntilTheLowerCandidateIsApprovedAndMachinesAreRestarted() {
        // Given two machines that run with avx2
        stage.apply(NodeManifests.homelab().only(OLD.toArray(String[]::new)));
        stage.machines().create("web", "homelab");
        stage.machines().create("db", "homelab");
        stage.operator();
        stage.apply(Stage.patching("homelab", "cpuModel: {name: IvyBridge-IBRS}"));
        PinnedBaseline pinned = stage.awaitApplied("homelab", 2).pinned();
        stage.start("web", "db");
        Migrations migrations = stage.migrations();
        String withAvx2 = stage.machines().runningCpuFields("db");
        assertThat(withAvx2).startsWith("IvyBridge-IBRS ").contains(" avx2 ");

        // When
        stage.apply(Nodes.lacking(NEWCOMER, Set.of("avx2")));

        // Then it is unfit, for want of that feature, and the baseline stays
        Seen seen = stage.await(
                "homelab",
                now -> assertThat(now.nodeReasons()).containsOnly(Map.entry("LacksPinned", List.of(NEWCOMER))));
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.nodes().unfit()).isEqualTo(1);
        assertThat(seen.nodes().schedulable()).isEqualTo(2);
        assertThat(seen.verdict("PinnedSchedulable")).isEqualTo("False Partly");
        assertThat(seen.message("PinnedSchedulable")).contains("prox02").contains("cpu-feature.node.kubevirt.io/avx2");

        // And nothing is migrated there
        Outcome refused = migrations.migrateTo("web", NEWCOMER);
        assertThat(refused.result()).isEqualTo(Result.NO_TARGET);
        assertThat(refused.nodeSelector())
                .containsEntry("cpu-model.node.kubevirt.io/IvyBridge-IBRS", "true")
                .containsEntry("cpu-feature.node.kubevirt.io/avx2", "true");
        assertThat(migrations.targets("web", ALL)).isEqualTo(OLD);

        // When the user accepts what it costs
        assertThat(seen.candidate().direction()).isEqualTo("Lower");
        assertThat(seen.candidate().reason()).contains(NEWCOMER);
        assertThat(seen.candidate().impact()).contains("avx2");
        stage.approve("homelab", seen.candidate().revision());

        // Then both machines are to have the lower one at their next start, and keep what they run with until then
        seen = stage.await("homelab", "VirtualMachinesAligned", "False PendingRestart");
        assertThat(seen.pinned().revision()).isNotEqualTo(pinned.revision());
        assertThat(seen.nodes().schedulable()).isEqualTo(3);
        assertThat(seen.virtualMachines().pendingRestart()).isEqualTo(2);
        assertThat(stage.machines().cpuFields("db")).isNotEqualTo(withAvx2).doesNotContain(" avx2");
        assertThat(stage.machines().runningCpuFields("db")).isEqualTo(withAvx2);

        // When one is restarted
        stage.machines().restart("web");

        // Then it can use the newcomer, and the other can't
        assertThat(migrations.targets("web", ALL)).isEqualTo(ALL);
        assertThat(migrations.migrateTo("db", NEWCOMER).result()).isEqualTo(Result.NO_TARGET);
        assertThat(migrations.nodeOf("db")).isIn(OLD);
        assertThat(stage.machines().runningCpuFields("db")).isEqualTo(withAvx2);
        stage.await(
                "homelab",
                now -> assertThat(now.machineReasons())
                        .containsOnly(Map.entry("PendingRestart", List.of("default/db"))));
    }
}
