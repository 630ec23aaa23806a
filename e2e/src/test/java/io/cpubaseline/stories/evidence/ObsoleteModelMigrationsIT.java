package io.cpubaseline.stories.evidence;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.lab.use.Migrations.Outcome;
import io.cpubaseline.lab.use.Migrations.Result;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * KubeVirt's node-labeller stops to offer what the baseline needs: after an upgrade with more {@code obsoleteCPUModels}, or with a
 * libvirt or kernel that hides a feature. It writes its labels anew on one node after the other.
 */
class ObsoleteModelMigrationsIT {
    private static final Set<String> NODES = Set.of("prox01", "prox06", "prox08");

    @RegisterExtension
    static final Stage stage = Stage.full();

    @Test
    void aModelThatBecomesObsoleteIsToldBeforeItIsGoneAndMachinesMoveAgainWithTheCandidate() {
        // Given
        PinnedBaseline pinned = runningWithABaseline();
        Migrations migrations = stage.migrations();
        String run = stage.migrations().instanceOf("web");

        // When the first node has been labelled anew
        stage.nodes().loseModel("prox08", pinned.cpuModel());

        // Then
        Seen seen = stage.await("homelab", "PinnedSchedulable", "False Partly");
        assertThat(seen.nodes().schedulable()).isEqualTo(2);
        assertThat(seen.message("PinnedSchedulable"))
                .contains("prox08")
                .contains("cpu-model.node.kubevirt.io/" + pinned.cpuModel());
        assertThat(seen.verdict("Ready")).isEqualTo("True Pinned");
        assertThat(migrations.migrateTo("web", "prox08").result()).isEqualTo(Result.NO_TARGET);

        // When all have been
        NODES.forEach(node -> stage.nodes().loseModel(node, pinned.cpuModel()));

        // Then
        seen = stage.await("homelab", "PinnedSchedulable", "False ModelObsolete");
        assertThat(seen.message("PinnedSchedulable")).contains("cpu-model.node.kubevirt.io/" + pinned.cpuModel());
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event -> event.startsWith("ModelObsolete:")));
        assertStranded(pinned, seen, "cpu-model.node.kubevirt.io/" + pinned.cpuModel());
        assertThat(stage.migrations().instanceOf("web")).as("the run of web").isEqualTo(run);

        // When
        takeTheWayOut(seen);

        // Then
        assertThat(migrations.targets("web", NODES)).isEqualTo(NODES);
    }

    @Test
    void aRequiredFeatureThatIsGoneStrandsMachinesUntilTheCandidateIsApproved() {
        // Given
        PinnedBaseline pinned = runningWithABaseline();
        assertThat(pinned.requiredFeatures()).anyMatch(feature -> feature.name().equals("vaes"));

        // When
        NODES.forEach(node -> stage.nodes().loseFeature(node, "vaes"));

        // Then
        Seen seen = stage.await("homelab", "PinnedSchedulable", "False NowhereSchedulable");
        assertThat(seen.message("PinnedSchedulable")).contains("cpu-feature.node.kubevirt.io/vaes");
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event -> event.startsWith("NowhereSchedulable:")));
        assertStranded(pinned, seen, "cpu-feature.node.kubevirt.io/vaes");
        assertThat(seen.candidate().cpuModel()).isEqualTo(pinned.cpuModel());
        assertThat(seen.candidate().requiredFeatures())
                .noneMatch(feature -> feature.name().equals("vaes"));

        // When
        takeTheWayOut(seen);

        // Then
        assertThat(stage.migrations().targets("web", NODES)).isEqualTo(NODES);
    }

    private static PinnedBaseline runningWithABaseline() {
        stage.apply(NodeManifests.homelab().only(NODES.toArray(String[]::new)));
        stage.machines().create("web", "homelab");
        stage.operator();
        stage.apply(Stage.patching("homelab", "vendors: Single"));
        PinnedBaseline pinned = stage.awaitApplied("homelab", 1).pinned();
        stage.start("web");
        assertThat(stage.migrations().migrate("web").result()).isEqualTo(Result.SUCCEEDED);
        return pinned;
    }

    /** The baseline stays, says so, and shows what to do; the machine runs on where it is. */
    private static void assertStranded(PinnedBaseline pinned, Seen seen, String lostLabel) {
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.nodes().schedulable()).isZero();
        assertThat(seen.verdict("Ready")).isEqualTo("False NowhereSchedulable");
        assertThat(seen.message("PinnedSchedulable")).contains(seen.candidate().revision());
        Outcome stranded = stage.migrations().migrate("web");
        assertThat(stranded.result()).isEqualTo(Result.NO_TARGET);
        assertThat(stranded.nodeSelector()).containsEntry(lostLabel, "true");
        assertThat(stage.migrations().phase("web")).isEqualTo("Running");
    }

    private static void takeTheWayOut(Seen stranded) {
        String way = stranded.candidate().revision();
        stage.approve("homelab", way);
        Seen seen = stage.await("homelab", "VirtualMachinesAligned", "False PendingRestart");
        assertThat(seen.pinned().revision()).isEqualTo(way);
        assertThat(seen.nodes().schedulable()).isEqualTo(NODES.size());
        assertThat(seen.verdict("Ready")).isEqualTo("True Pinned");
        stage.machines().restart("web");
        stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
    }
}
