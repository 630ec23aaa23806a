package io.cpubaseline.stories.pin;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.EarlierBaseline;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.stories.stage.Nodes;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pinned baseline stays pinned, whatever nodes do; only the user moves it. */
class NeverLoweredIT {
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @Test
    void nodesThatLoseTheirLabelsFallSilentOrLeaveChangeNothing() {
        // Given
        PinnedBaseline pinned = pinnedWithAVirtualMachine();
        Map<String, String> machines = stage.machines().versions();
        AuditLog.Mark before = stage.mark();

        // When KubeVirt's labels go
        stage.nodes().loseCpuLabels("prox01");

        // Then
        Seen seen =
                stage.await("homelab", now -> assertThat(now.nodes().unknown()).isEqualTo(1));
        assertThat(seen.nodeReasons()).containsOnly(Map.entry("KubeVirtLabelsMissing", List.of("prox01")));
        assertThat(seen.nodes().contributing()).isEqualTo(6);
        assertThat(seen.nodes().schedulable()).isEqualTo(6);
        assertThat(seen.verdict("EvidenceComplete")).isEqualTo("False NodesUnknown");
        assertThat(seen.verdict("PinnedSchedulable")).isEqualTo("False Partly");

        // When another node is not ready, and a third one leaves
        stage.nodes().ready("prox05", false);
        stage.nodes().delete("prox03");

        // Then
        seen = stage.await("homelab", now -> {
            assertThat(now.nodes().selected()).isEqualTo(6);
            assertThat(now.nodeReasons())
                    .containsOnly(
                            Map.entry("KubeVirtLabelsMissing", List.of("prox01")),
                            Map.entry("NotReady", List.of("prox05")));
        });
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.verdict("Ready")).isEqualTo("True Pinned");

        // And all the while no virtual machine was touched
        assertThat(stage.machines().versions()).isEqualTo(machines);
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));

        // When all is as it was
        stage.homelab();

        // Then
        seen = stage.await(
                "homelab", now -> assertThat(now.nodes().contributing()).isEqualTo(7));
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.hasCandidate()).isFalse();
        assertThat(seen.verdict("PinnedSchedulable")).isEqualTo("True Everywhere");
    }

    @Test
    void aWorseNewcomerIsUnfitUntilTheUserAcceptsWhatItCosts() {
        // Given
        PinnedBaseline pinned = pinnedWithAVirtualMachine();
        String written = stage.machines().cpuFields("web");

        // When
        stage.lab().apply(Nodes.older("old"));

        // Then it is no target, and what all could have is a candidate
        Seen seen =
                stage.await("homelab", now -> assertThat(now.nodes().unfit()).isEqualTo(1));
        assertThat(seen.nodeReasons()).containsOnly(Map.entry("LacksPinned", List.of("old")));
        assertThat(seen.nodes().schedulable()).isEqualTo(7);
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.candidate().direction()).isEqualTo("Lower");
        assertThat(seen.candidate().trigger()).isEqualTo("Evidence");
        assertThat(seen.candidate().abiLevel()).isEqualTo("x86-64-v2");
        assertThat(seen.candidate().reason()).contains("old");
        assertThat(seen.candidate().impact()).contains("avx2");
        assertThat(seen.verdict("CandidatePending")).isEqualTo("True AwaitingApproval");
        assertThat(seen.message("CandidatePending"))
                .contains("approvedRevision: " + seen.candidate().revision());
        assertThat(seen.verdict("Ready")).isEqualTo("True Pinned");
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event -> event.startsWith("AwaitingApproval:")));

        // When a revision is approved that is none
        String lower = seen.candidate().revision();
        stage.approve("homelab", "Westmere-0123456789");

        // Then
        seen = stage.await("homelab", "ApprovalAccepted", "False NotACandidate");
        assertThat(seen.message("ApprovalAccepted"))
                .contains("Westmere-0123456789")
                .contains(lower);
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);

        // When the candidate is approved
        stage.approve("homelab", lower);

        // Then it is pinned, written, and the old one is kept
        seen = stage.await("homelab", "ApprovalAccepted", "True Approved");
        assertThat(seen.pinned().revision()).isEqualTo(lower);
        assertThat(seen.status().history()).containsExactly(EarlierBaseline.of(pinned, seen.pinned()));
        assertThat(seen.hasCandidate()).isFalse();
        eventually(() -> assertThat(stage.machines().cpuFields("web"))
                .isNotEqualTo(written)
                .doesNotContain("avx2"));
        assertThat(stage.await(
                                "homelab",
                                now -> assertThat(now.nodes().schedulable()).isEqualTo(8))
                        .nodes()
                        .unfit())
                .isZero();

        // When the user goes back
        stage.approve("homelab", pinned.revision());

        // Then
        seen = stage.await("homelab", now -> assertThat(now.pinned().revision()).isEqualTo(pinned.revision()));
        assertThat(seen.pinned().requiredFeatures()).isEqualTo(pinned.requiredFeatures());
        assertThat(seen.status().history())
                .extracting(EarlierBaseline::revision)
                .containsExactly(lower);
        eventually(() -> assertThat(stage.machines().cpuFields("web")).isEqualTo(written));

        // When approvedRevision is taken out
        stage.edit("homelab", "{\"approvedRevision\": null}");

        // Then nothing moves
        seen = stage.await("homelab", "ApprovalAccepted", "absent");
        assertThat(seen.pinned().revision()).isEqualTo(pinned.revision());
    }

    @Test
    void whenThePinnedModelIsGoneEverywhereTheWayOutIsShown() {
        // Given
        PinnedBaseline pinned = pinnedWithAVirtualMachine();

        // When KubeVirt calls the model obsolete
        NodeManifests.homelab()
                .nodes()
                .forEach(node -> stage.nodes().loseModel(node.getMetadata().getName(), "IvyBridge-IBRS"));

        // Then
        Seen seen = stage.await("homelab", "PinnedSchedulable", "False ModelObsolete");
        assertThat(seen.verdict("Ready")).isEqualTo("False NowhereSchedulable");
        assertThat(seen.nodes().schedulable()).isZero();
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.candidate().cpuModel()).isNotEqualTo("IvyBridge-IBRS");
        assertThat(seen.message("PinnedSchedulable"))
                .contains("cpu-model.node.kubevirt.io/IvyBridge-IBRS")
                .contains(seen.candidate().revision());
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event -> event.startsWith("ModelObsolete:")));

        // When the user takes the way out
        stage.approve("homelab", seen.candidate().revision());

        // Then
        assertThat(stage.awaitPinned("homelab").nodes().schedulable()).isEqualTo(7);
    }

    private PinnedBaseline pinnedWithAVirtualMachine() {
        stage.homelab();
        stage.machines().create("web", "homelab");
        stage.operator();
        stage.apply(BASELINE);
        return stage.await("homelab", "VirtualMachinesAligned", "True Aligned").pinned();
    }
}
