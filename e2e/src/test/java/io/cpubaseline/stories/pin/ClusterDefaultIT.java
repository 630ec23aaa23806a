package io.cpubaseline.stories.pin;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** KubeVirt's own default model becomes the pinned one where a baseline asks for it, in the resource that decides. */
class ClusterDefaultIT {
    private static final String WRITING = """
            apiVersion: cpubaseline.io/v1alpha1
            kind: ClusterCpuBaseline
            metadata: {name: homelab}
            spec:
              vendors: Mixed
              changes: {lower: {stabilizationSeconds: 0}}
              clusterDefault: {mode: Write}
            """;

    private static final String KUBEVIRT = """
            apiVersion: kubevirt.io/v1
            kind: KubeVirt
            metadata: {name: kubevirt, namespace: default}
            spec: {configuration: {machineType: q35}}
            """;

    @RegisterExtension
    static final Stage stage = Stage.sharedWith(Map.of("clusterDefault.write", "true"));

    private static void startOperator() {
        stage.homelab();
        stage.operator("--write-virtual-machines=false", "--write-cluster-default=true");
    }

    private static String model() {
        return stage.kubectl("get", "kubevirt", "kubevirt", "-o", "jsonpath={.spec.configuration.cpuModel}");
    }

    @Test
    void theOldestBaselineThatAsksWritesOneFieldAndGivesItBack() {
        // Given
        stage.apply(KUBEVIRT);
        startOperator();
        AuditLog.Mark before = stage.mark();

        // When
        stage.apply(WRITING);

        // Then
        String pinned = stage.awaitPinned("homelab").pinned().cpuModel();
        Seen seen = stage.await("homelab", "ClusterDefaultFits", "True Fits");
        assertThat(seen.message("ClusterDefaultFits")).contains("without the").contains("features that it requires");
        assertThat(model()).isEqualTo(pinned);
        assertThat(stage.kubectl("get", "kubevirt", "kubevirt", "-o", "jsonpath={.spec.configuration.machineType}"))
                .isEqualTo("q35");
        assertThat(stage.writesSince(before))
                .filteredOn(write -> write.contains("kubevirts"))
                .containsExactly("patch kubevirts default/kubevirt");

        // When another one asks, too
        stage.apply(WRITING.replace("name: homelab", "name: latecomer"));

        // Then
        seen = stage.await("latecomer", "ClusterDefaultFits", "False ClusterDefaultTaken");
        assertThat(seen.message("ClusterDefaultFits")).contains("Baseline homelab ");

        // When the first one only reports
        stage.edit("homelab", "{\"clusterDefault\": {\"mode\": \"Report\"}}");

        // Then it is the other one's turn
        stage.await("latecomer", "ClusterDefaultFits", "True Fits");
        eventually(() -> assertThat(stage.kubectl("get", "ccb", "homelab", "-o", "jsonpath={.metadata.finalizers}"))
                .isEmpty());
        eventually(() -> assertThat(model()).isEqualTo(pinned));

        // When that is deleted
        stage.kubectl("delete", "ccb", "latecomer", "--timeout=30s");

        // Then the field is as it was
        eventually(() -> assertThat(model()).isEmpty());
    }

    @Test
    void whatSomebodyElseHasSetStays() {
        // Given
        stage.apply(KUBEVIRT.replace("machineType: q35", "cpuModel: Nehalem"));
        startOperator();

        // When
        stage.apply(WRITING);

        // Then
        Seen seen = stage.await("homelab", "ClusterDefaultFits", "False Conflicting");
        assertThat(seen.message("ClusterDefaultFits")).contains("spec.configuration.cpuModel of KubeVirt");
        assertThat(model()).isEqualTo("Nehalem");
        stage.kubectl("delete", "ccb", "homelab", "--timeout=30s");
        assertThat(model()).isEqualTo("Nehalem");
    }
}
