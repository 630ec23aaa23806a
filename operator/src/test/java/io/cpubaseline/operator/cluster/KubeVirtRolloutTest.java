package io.cpubaseline.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.change.KubeVirtProgress;
import io.cpubaseline.operator.cluster.KubeVirtReader.KubeVirtView;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether KubeVirt is being upgraded, by its own word. */
class KubeVirtRolloutTest {

    private static KubeVirtView kubeVirt(String status) throws IOException {
        String json = "{\"metadata\": {\"namespace\": \"kubevirt\", \"name\": \"kv\"}, \"status\": " + status + "}";
        try (JsonParser parser = new ObjectMapper().createParser(json)) {
            parser.nextToken();
            return new KubeVirtReader().read(parser);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "nothing", textBlock = """
                    {"phase": "Deployed"}                                                                                 | nothing
                    {"phase": "Deployed", "observedKubeVirtVersion": "v1.8.0", "targetKubeVirtVersion": "v1.8.0"}         | nothing
                    {"phase": "Deployed", "observedDeploymentID": "a", "targetDeploymentID": "a"}                         | nothing
                    {"phase": "Deployed", "targetKubeVirtVersion": "v1.8.0"}                                              | nothing
                    {"phase": "Deploying"}                                                                                | is in phase Deploying
                    {}                                                                                                    | is in phase (none)
                    {"phase": "Deployed", "observedKubeVirtVersion": "v1.7.0", "targetKubeVirtVersion": "v1.8.0"}         | goes from version v1.7.0 to v1.8.0
                    {"phase": "Deployed", "observedDeploymentID": "a", "targetDeploymentID": "b"}                         | rolls out its components anew
                    """)
    void what_goes_on_is_told(String status, @Nullable String words) throws IOException {
        // When
        KubeVirtProgress progress = KubeVirtRollout.progress(List.of(kubeVirt(status)));

        // Then
        if (words == null) {
            assertThat(progress.underWay()).isNull();
        } else {
            assertThat(progress.underWay()).startsWith("KubeVirt kubevirt/kv " + words);
        }
    }

    @Test
    void without_kubevirt_nothing_is_certain() {
        assertThat(KubeVirtRollout.progress(List.of()).underWay()).contains("no KubeVirt");
    }

    @Test
    void the_latest_transition_of_its_own_conditions_tells_since_when_nothing_goes_on() throws IOException {
        // Given
        KubeVirtView view = kubeVirt("""
                {"phase": "Deployed", "conditions": [
                  {"type": "Available", "lastTransitionTime": "2026-11-01T00:00:00Z"},
                  {"type": "Progressing", "lastTransitionTime": "2026-11-02T00:00:00Z"},
                  {"type": "Degraded", "lastTransitionTime": "yesterday"},
                  {"type": "Created", "lastTransitionTime": "2026-11-03T00:00:00Z"}, 7]}
                """);

        // When
        KubeVirtProgress progress = KubeVirtRollout.progress(List.of(view));

        // Then
        assertThat(progress).isEqualTo(new KubeVirtProgress(null, Instant.parse("2026-11-02T00:00:00Z")));
    }
}
