package io.cpubaseline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselineDeserializerTest {

    private final KubernetesSerialization serialization =
            new KubernetesSerialization(new ObjectMapper().registerModule(BaselineDeserializer.module()), false);

    @Test
    void whatTheTypesHoldIsReadAsEver() {
        // When
        ClusterCpuBaseline baseline = read("""
                {"metadata": {"name": "main", "uid": "u-1", "generation": 3},
                 "spec": {"paused": true, "vendors": "Mixed", "fieldOfALaterVersion": [1]},
                 "status": {"observedGeneration": 2, "pinned": {"revision": "a-1", "cpuModel": "a", "requiredFeatures": []}}}
                """);

        // Then
        assertThat(BaselineDeserializer.unreadableSpec(baseline)).isEmpty();
        assertThat(BaselineDeserializer.unreadableStatus(baseline)).isEmpty();
        assertThat(baseline.getMetadata().getGeneration()).isEqualTo(3);
        assertThat(baseline.getSpec().vendors()).isEqualTo("Mixed");
        assertThat(baseline.getSpec().paused()).isTrue();
        assertThat(baseline.getStatus().observedGeneration()).isEqualTo(2);
    }

    @Test
    void whatTheyCanNotHoldIsLeftOutAndNamed() {
        // When
        ClusterCpuBaseline baseline = read("""
                {"metadata": {"name": "main"},
                 "spec": {"features": {"require": [["avx2"]]}},
                 "status": {"pinned": "IvyBridge"}}
                """);

        // Then
        assertThat(baseline.getMetadata().getName()).isEqualTo("main");
        assertThat(baseline.getSpec()).isNull();
        assertThat(baseline.getStatus()).isNull();
        assertThat(BaselineDeserializer.unreadableSpec(baseline))
                .hasValueSatisfying(why -> assertThat(why).startsWith("spec.features.require[0]: "));
        assertThat(BaselineDeserializer.unreadableStatus(baseline))
                .hasValueSatisfying(why -> assertThat(why).startsWith("status.pinned: "));
    }

    @Test
    void theDefaultOfAnObjectWithoutStatusIsNone() {
        // When, Then
        assertThat(read("""
                {"metadata": {"name": "new"}, "status": {"observedGeneration": -1}}
                """).getStatus()).isNull();
        assertThat(read("""
                {"metadata": {"name": "odd"}, "status": {"observedGeneration": -1, "commonFeatures": ["aes"]}}
                """).getStatus()).isNotNull();
    }

    @Test
    void oneOfThemDoesNotHideTheOthersAndACopyIsTheSame() {
        // When
        List<ClusterCpuBaseline> baselines = serialization
                .unmarshal("""
                        {"kind": "ClusterCpuBaselineList", "apiVersion": "cpubaseline.io/v1alpha1", "metadata": {}, "items": [
                         {"metadata": {"name": "odd"}, "spec": {"paused": "perhaps"}},
                         {"metadata": {"name": "bare"}},
                         {"metadata": {"name": "empty"}, "spec": null, "status": null}]}
                        """, new TypeReference<DefaultKubernetesResourceList<ClusterCpuBaseline>>() {})
                .getItems();

        // Then
        assertThat(baselines)
                .extracting(baseline -> baseline.getMetadata().getName())
                .containsExactly("odd", "bare", "empty");
        assertThat(BaselineDeserializer.unreadableSpec(serialization.clone(baselines.get(0))))
                .isPresent();
        assertThat(BaselineDeserializer.unreadableSpec(serialization.clone(baselines.get(1))))
                .isEmpty();
    }

    private ClusterCpuBaseline read(String json) {
        return serialization.unmarshal(json, ClusterCpuBaseline.class);
    }
}
