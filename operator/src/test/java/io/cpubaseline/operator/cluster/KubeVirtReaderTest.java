package io.cpubaseline.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from KubeVirt's own resource. */
class KubeVirtReaderTest {

    private static KubeVirtReader.KubeVirtView read(String json) throws IOException {
        try (JsonParser parser = new ObjectMapper().createParser(json)) {
            parser.nextToken();
            return new KubeVirtReader().read(parser);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                                                                                       | ''
                    {"labels": {"app": "x", "app.kubernetes.io/managed-by": "Helm"}}                                         | ''
                    {"labels": {"app": "hco", "app.kubernetes.io/managed-by": "hco-operator"}}                               | hco
                    {"ownerReferences": [{"kind": "HyperConverged", "name": "hco"}]}                                         | hco
                    {"ownerReferences": [{"name": "ours", "kind": "Deployment"}, 7], "labels": [1]}                          | ''
                    """)
    void what_manages_kubevirt_is_seen(String metadata, String manager) throws IOException {
        assertThat(read("{\"metadata\": " + metadata + "}").hyperConverged()).isEqualTo(manager);
    }

    @Test
    void labels_that_every_guest_s_node_must_have_are_seen() throws IOException {
        assertThat(read("""
                        {"spec": {"configuration": {"developerConfiguration": {"nodeSelectors": {"pool": "vms"}}}}}
                        """).configuration().nodeSelectors()).isEqualTo(Map.of("pool", "vms"));
        assertThat(read("""
                        {"spec": {"configuration": {"developerConfiguration": {"nodeSelectors": [{"pool": "vms"}]}}}}
                        """).configuration().nodeSelectors()).isEmpty();
    }
}
