package io.cpubaseline.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cpubaseline.operator.kube.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionBindingReaderTest {

    private static AdmissionBinding read(String json) throws JsonProcessingException {
        return new AdmissionBindingReader().read(Json.MAPPER.readTree(json));
    }

    private static String canonical(String spec) throws JsonProcessingException {
        return AdmissionBindingReader.canonical(Json.MAPPER.readTree(spec));
    }

    @Test
    void a_stored_binding_is_reduced() throws JsonProcessingException {
        // When
        AdmissionBinding binding = read("""
                {"metadata":{"name":"cpu-baseline.web","creationTimestamp":"2026-01-01T00:00:07Z","labels":{"a":"b"},
                  "ownerReferences":[{"kind":"ClusterCpuBaseline","name":"web","uid":"u-1"}]},
                 "spec":{"policyName":"cpu-baseline","paramRef":{"name":"web"}}}""");

        // Then
        assertThat(binding)
                .isEqualTo(new AdmissionBinding(
                        "cpu-baseline.web",
                        "cpu-baseline",
                        "u-1",
                        1_767_225_607,
                        canonical("{\"paramRef\":{\"name\":\"web\"},\"policyName\":\"cpu-baseline\"}")));
        assertThat(new AdmissionBindingReader().nameOf(binding).name()).isEqualTo("cpu-baseline.web");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Of two owners neither owns it alone: the API server would keep it for the other one.
                "{\"metadata\":{\"ownerReferences\":[{\"uid\":\"u-1\"},{\"uid\":\"u-2\"}]}}",
                "{\"metadata\":{\"ownerReferences\":[]}}",
                "{\"metadata\":{\"ownerReferences\":[{\"name\":\"x\"}],\"creationTimestamp\":\"yesterday\"}}",
                "{\"metadata\":{\"ownerReferences\":7,\"creationTimestamp\":8},\"spec\":null}",
                "{}"
            })
    void what_is_odd_or_missing_is_nothing(String json) throws JsonProcessingException {
        AdmissionBinding binding = read(json);
        assertThat(binding.owner()).isEmpty();
        assertThat(binding.created()).isZero();
        assertThat(binding.policy()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The order of keys, and what the API server fills in or drops.
                "{\"a\":1,\"b\":{\"c\":2}}             | {\"b\":{\"c\":2},\"a\":1}                     | true",
                "{\"a\":{\"x\":{}},\"b\":[]}           | {\"a\":{}}                                | true",
                "{\"a\":[{\"k\":1,\"l\":2}]}           | {\"a\":[{\"l\":2,\"k\":1}]}                  | true",
                // What means something else.
                "{\"a\":[1,2]}                         | {\"a\":[2,1]}                             | false",
                "{\"a\":\"1\"}                         | {\"a\":\"2\"}                             | false",
                "{\"a\":{\"matchLabels\":{\"t\":\"w\"}}} | {\"a\":{}}                              | false"
            })
    void specs_that_mean_the_same_have_the_same_text(String one, String other, boolean same)
            throws JsonProcessingException {
        assertThat(canonical(one).equals(canonical(other))).isEqualTo(same);
    }
}
