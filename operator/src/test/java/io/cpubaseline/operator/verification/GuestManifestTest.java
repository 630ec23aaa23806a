package io.cpubaseline.operator.verification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.kube.Json;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The guests of a run, as they are created. */
class GuestManifestTest {

    private static final RunMarks MINE = new RunMarks("1234abcd", "verification", "uid-of-lease");

    private static GuestManifest.Common common(String storageClass, String placement) throws IOException {
        return new GuestManifest.Common(
                "registry.example.com/fedora:42",
                storageClass,
                "Haswell-noTSX-IBRS",
                List.of("movbe"),
                List.of("avx2", "movbe"),
                Json.MAPPER.readTree(placement));
    }

    private static JsonNode guest(String storageClass, String placement) throws IOException {
        return GuestManifest.of(common(storageClass, placement), "Intel", "guest-1", MINE);
    }

    @Test
    void a_guest_has_the_baselines_cpu_and_is_marked_as_the_runs() throws IOException {
        // When
        JsonNode guest = guest("", "{}");

        // Then
        assertThat(guest.at("/metadata/labels")).hasToString("{\"cpubaseline.io/verification\":\"1234abcd\"}");
        assertThat(guest.at("/metadata/ownerReferences/0/name").asText()).isEqualTo("cpu-baseline-verify-1234abcd");
        assertThat(guest.at("/spec/template/metadata/labels")).isEqualTo(guest.at("/metadata/labels"));
        JsonNode spec = guest.at("/spec/template/spec");
        assertThat(spec.at("/domain/cpu"))
                .hasToString(
                        "{\"cores\":2,\"model\":\"Haswell-noTSX-IBRS\",\"features\":[{\"name\":\"movbe\",\"policy\":\"require\"}]}");
        assertThat(spec.at("/nodeSelector")).hasToString("{\"cpu-vendor.node.kubevirt.io/Intel\":\"true\"}");
        assertThat(spec.has("affinity")).isFalse();
        assertThat(spec.at("/volumes/0/containerDisk/image").asText()).isEqualTo("registry.example.com/fedora:42");
        assertThat(spec.at("/volumes/1/cloudInitNoCloud/secretRef/name").asText())
                .isEqualTo("cpu-baseline-verify-1234abcd");
        assertThat(guest.at("/spec").has("dataVolumeTemplates")).isFalse();
    }

    @Test
    void the_baselines_nodes_are_its_own() throws IOException {
        // When
        JsonNode terms = guest(
                        "",
                        "{\"matchLabels\":{\"rack\":\"7\"},\"matchExpressions\":[{\"key\":\"gpu\",\"operator\":\"DoesNotExist\"}]}")
                .at(
                        "/spec/template/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");

        // Then
        assertThat(terms)
                .hasToString(
                        "[{\"matchExpressions\":[{\"key\":\"rack\",\"operator\":\"In\",\"values\":[\"7\"]},{\"key\":\"gpu\",\"operator\":\"DoesNotExist\"}]}]");
    }

    @Test
    void with_a_storage_class_it_has_a_volume_that_every_node_reaches() throws IOException {
        // When
        JsonNode guest = guest("ceph-rbd", "{}");

        // Then
        assertThat(guest.at("/spec/template/spec/volumes/0/dataVolume/name").asText())
                .isEqualTo("guest-1");
        JsonNode volume = guest.at("/spec/dataVolumeTemplates/0/spec");
        assertThat(volume.at("/source/registry/url").asText()).isEqualTo("docker://registry.example.com/fedora:42");
        assertThat(volume.at("/storage/storageClassName").asText()).isEqualTo("ceph-rbd");
        assertThat(volume.at("/storage/accessModes")).hasToString("[\"ReadWriteMany\"]");
    }

    @Test
    void what_cloud_init_does_is_in_a_secret() throws IOException {
        // When
        JsonNode secret = GuestManifest.secret(common("", "{}"), MINE);
        String text = secret.at("/stringData/userdata").asText();
        JsonNode config = Json.MAPPER.readTree(text.substring("#cloud-config\n".length()));

        // Then
        assertThat(secret.at("/metadata/name").asText()).isEqualTo("cpu-baseline-verify-1234abcd");
        assertThat(text).startsWith("#cloud-config\n");
        assertThat(config.at("/packages")).hasToString("[\"stress-ng\"]");
        assertThat(config.at("/write_files/1/content").asText()).isEqualTo("{\"flags\":[\"avx2\",\"movbe\"]}");
        assertThat(config.at("/write_files/0/content").asText()).contains("stress-ng", "--verify");
    }
}
