package io.cpubaseline.stories.pin;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.api.v1alpha1.VendorBaseline;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From nodes to a pinned baseline. */
class FirstBaselineIT {
    private static final String MIXED = """
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterCpuBaseline
            metadata: {name: homelab}
            spec:
              vendors: Mixed
              abiLevel: {minimum: x86-64-v2}
              changes: {lower: {stabilizationSeconds: 0}}
            """;
    private static final String SINGLE = MIXED.replace("vendors: Mixed", "vendors: Single");

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @Test
    void aFleetOfTwoVendorsGetsItsCommonBaseline() {
        // Given
        stage.homelab();
        Operator operator = stage.operator();

        // When
        stage.apply(MIXED);

        // Then
        Seen seen = stage.awaitPinned("homelab");
        PinnedBaseline pinned = seen.pinned();
        assertThat(pinned.cpuModel()).isEqualTo("IvyBridge-IBRS");
        assertThat(pinned.abiLevel()).isEqualTo("x86-64-v3");
        assertThat(pinned.revision()).isEqualTo("IvyBridge-IBRS-39f75c5fce");
        assertThat(namesFor(pinned, "Level")).containsExactly("abm", "avx2", "bmi1", "bmi2", "fma", "movbe");
        assertThat(namesFor(pinned, "Hardening")).contains("ibpb", "amd-ssbd", "ssbd", "stibp", "smap", "umip");
        assertThat(namesFor(pinned, "Performance")).containsExactly("adx", "sha-ni", "vaes", "vpclmulqdq");
        assertThat(seen.nodes().contributing()).isEqualTo(7);
        assertThat(seen.nodes().schedulable()).isEqualTo(7);
        assertThat(seen.verdict("EvidenceComplete")).isEqualTo("True Complete");
        assertThat(seen.verdict("PinnedSchedulable")).isEqualTo("True Everywhere");
        assertThat(seen.verdict("CandidatePending")).isEqualTo("False UpToDate");
        assertThat(seen.verdict("Stalled")).isEqualTo("absent");

        // And what each vendor could have alone stands beside it
        assertThat(seen.status().vendorBaselines())
                .extracting(VendorBaseline::vendor, VendorBaseline::nodes, VendorBaseline::abiLevel)
                .containsExactly(tuple("AMD", 2, "x86-64-v3"), tuple("Intel", 5, "x86-64-v3"));

        // And it is told how long that took
        assertThat(stage.metric(operator, "cpu_baseline_plan_duration_seconds_count"))
                .isPositive();
        assertThat(stage.metric(operator, "cpu_baseline_plan_duration_seconds_sum"))
                .isPositive();

        // And kubectl shows it at a glance
        assertThat(row(stage.kubectl("get", "ccb"))).containsExactly("homelab", "True", "x86-64-v3", "IvyBridge-IBRS");
        assertThat(row(stage.kubectl("get", "ccb", "-o", "wide"))).contains("7", "Pinned", "IvyBridge-IBRS-39f75c5fce");
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event -> event.startsWith("FirstAdoption: IvyBridge-IBRS-39f75c5fce is pinned: x86-64-v3.")));
    }

    @Test
    void overTwoVendorsThereIsNoneUnlessTheUserSaysSo() {
        // Given
        stage.homelab();
        stage.operator();

        // When
        stage.apply(SINGLE);

        // Then
        Seen seen = stage.await("homelab", "Ready", "False VendorsMixed");
        assertThat(seen.verdict("Stalled")).isEqualTo("True VendorsMixed");
        assertThat(seen.message("Ready")).contains("Intel").contains("AMD").contains("vendors: Mixed");
        assertThat(seen.isPinned()).isFalse();
        assertThat(seen.status().vendorBaselines())
                .extracting(VendorBaseline::vendor)
                .containsExactly("AMD", "Intel");

        // When the user does what it says
        stage.edit("homelab", "{\"nodeSelector\": {\"matchLabels\": {\"cpu-vendor.node.kubevirt.io/AMD\": \"true\"}}}");

        // Then
        assertThat(stage.awaitPinned("homelab").nodes().contributing()).isEqualTo(2);
    }

    @Test
    void aNodeThatMayStillBeLabelledIsWaitedForAndThenNamed() {
        // Given: virt-handler has not come to prox08 yet
        stage.homelab();
        stage.nodes().loseCpuLabels("prox08");
        stage.operator("--evidence-grace=4s");

        // When
        stage.apply(MIXED);

        // Then
        Seen waiting = stage.await("homelab", "Ready", "False WaitingForEvidence");
        assertThat(waiting.verdict("Reconciling")).isEqualTo("True WaitingForEvidence");
        assertThat(waiting.message("Ready")).contains("IvyBridge-IBRS").contains("prox08");

        // And it is not waited for without end
        Seen seen = stage.awaitPinned("homelab");
        assertThat(seen.verdict("Reconciling")).isEqualTo("absent");
        assertThat(seen.nodes().contributing()).isEqualTo(6);
        assertThat(seen.nodes().unknown()).isEqualTo(1);
        assertThat(seen.verdict("EvidenceComplete")).isEqualTo("False NodesUnknown");
        assertThat(seen.message("EvidenceComplete"))
                .contains("KubeVirtLabelsMissing")
                .contains("prox08");
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event -> event.startsWith("FirstAdoption:") && event.contains("prox08")));
    }

    @Test
    void nodesMayComeAfterTheBaseline() {
        // Given
        stage.operator();
        stage.apply(MIXED.replace("stabilizationSeconds: 0", "stabilizationSeconds: 2"));
        Seen empty = stage.await("homelab", "Ready", "False NoContributingNodes");
        assertThat(empty.message("Ready")).isNotEmpty();

        // When
        stage.homelab();

        // Then the first of them doesn't decide alone
        Seen seen = stage.awaitPinned("homelab");
        assertThat(seen.pinned().revision()).isEqualTo("IvyBridge-IBRS-39f75c5fce");
        assertThat(seen.status().history()).isEmpty();
        assertThat(seen.verdict("CandidatePending")).isEqualTo("False UpToDate");
    }

    @Test
    void kubeVirtsLabelsAloneAreEnough() {
        // Given: no node-feature-discovery
        stage.lab().apply(NodeManifests.homelab().only("prox03", "prox04").withoutNodeFeatures());
        stage.operator();

        // When
        stage.apply(SINGLE);

        // Then
        Seen seen = stage.awaitPinned("homelab");
        assertThat(seen.nodes().contributing()).isEqualTo(2);
    }

    private static List<String> namesFor(PinnedBaseline pinned, String purpose) {
        return pinned.requiredFeatures().stream()
                .filter(feature -> feature.purpose().equals(purpose))
                .map(RequiredFeature::name)
                .toList();
    }

    private static List<String> row(String table) {
        return List.of(table.lines().skip(1).findFirst().orElse("").split(" +"));
    }
}
