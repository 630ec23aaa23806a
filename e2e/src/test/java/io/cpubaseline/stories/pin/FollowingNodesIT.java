package io.cpubaseline.stories.pin;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.EarlierBaseline;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.stories.stage.Nodes;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A baseline that follows its nodes by itself, and what holds it. */
class FollowingNodesIT {

    private static final String AUTOMATIC = """
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterCpuBaseline
            metadata: {name: homelab}
            spec:
              vendors: Mixed
              changes: {lower: {policy: Automatic, stabilizationSeconds: 2}}
            """;

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @BeforeEach
    void aKubeVirtThatSaysNothingYet() {
        stage.apply("""
                apiVersion: kubevirt.io/v1
                kind: KubeVirt
                metadata: {name: kubevirt, namespace: default}
                spec: {}
                """);
    }

    @AfterEach
    void withoutKubeVirt() {
        stage.kubectl("delete", "kubevirt", "kubevirt", "-n", "default", "--ignore-not-found");
    }

    private static void kubeVirtSays(String phase, String observed, String target) {
        stage.kubeVirtSays("{\"phase\": \"%s\", \"observedKubeVirtVersion\": \"%s\", \"targetKubeVirtVersion\": \"%s\"}"
                .formatted(phase, observed, target));
    }

    @Test
    void aLowerAnswerWaitsForTheEndOfAnUpgradeAndItsTimeAndIsThenPinnedByItself() {
        // Given
        stage.homelab();
        stage.operator();
        kubeVirtSays("Deployed", "v1.7.1", "v1.8.0");
        stage.apply(AUTOMATIC);
        PinnedBaseline pinned = stage.awaitPinned("homelab").pinned();

        // When an older node joins while KubeVirt is upgraded
        stage.lab().apply(Nodes.older("old"));

        // Then
        Seen seen = stage.await("homelab", "CandidatePending", "True HeldByUpgrade");
        assertThat(seen.message("CandidatePending"))
                .contains("KubeVirt default/kubevirt goes from version v1.7.1 to v1.8.0");
        assertThat(seen.pinned()).isEqualTo(pinned);
        String lower = seen.candidate().revision();

        // When the upgrade is done
        kubeVirtSays("Deployed", "v1.8.0", "v1.8.0");

        // Then
        seen = stage.await("homelab", now -> assertThat(now.pinned().revision()).isEqualTo(lower));
        assertThat(seen.status().history()).containsExactly(EarlierBaseline.of(pinned, seen.pinned()));
        assertThat(seen.verdict("CandidatePending")).isEqualTo("False UpToDate");
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event -> event.startsWith("PinMoved: " + lower + " is pinned by the rule AutomaticLower")
                        && event.endsWith("Before: " + pinned.revision() + ".")));

        // When the node leaves, more would be possible, and a raise is not left to itself
        stage.nodes().delete("old");

        // Then
        seen = stage.await("homelab", "CandidatePending", "True AwaitingApproval");
        assertThat(seen.candidate().revision()).isEqualTo(pinned.revision());
        assertThat(seen.pinned().revision()).isEqualTo(lower);
    }

    @Test
    void anAnswerForTooLittleOfTheNodesIsPinnedOnlyWhenItIsApproved() {
        // Given
        stage.homelab();
        stage.lab().apply(Nodes.older("old"));
        stage.operator();
        stage.apply(AUTOMATIC.replace(
                "vendors: Mixed", "vendors: Mixed\n  abiLevel: {minimum: x86-64-v3}\n  capacity: {minimum: 100%}"));

        // When
        Seen seen = stage.await("homelab", "Ready", "False HeldByCapacity");

        // Then
        assertThat(seen.verdict("CandidatePending")).isEqualTo("True HeldByCapacity");
        assertThat(seen.message("Ready")).contains("less than spec.capacity.minimum (100 percent)");
        assertThat(seen.status().pinned()).isNull();

        // When
        stage.approve("homelab", seen.candidate().revision());

        // Then
        seen = stage.await("homelab", "Ready", "True Pinned");
        assertThat(seen.verdict("PinnedSchedulable")).isEqualTo("False LowCapacity");
    }
}
