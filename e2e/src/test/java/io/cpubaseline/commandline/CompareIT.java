package io.cpubaseline.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.process.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code compare} asks the libvirt that is installed, whichever version that is. Unit tests replay what 9.0.0 has answered. */
class CompareIT {

    private static final Path OPERATOR = Programs.e2eDirectory().resolveSibling("operator");
    private static final String RECORDED =
            OPERATOR.resolve("src/test/resources/libvirt-9.0.0/virsh").toString();
    private static final String HOME_LAB =
            Programs.e2eDirectory().resolve("src/main/resources/homelab").toString();

    private static JsonNode compare(String nodes, String... further) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(OPERATOR.resolve("target/bin/cpu-baseline").toString(), "compare", "-f", nodes, "-o", "json"));
        command.addAll(List.of(further));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return new ObjectMapper().readTree(output);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xeon-gold-6130", "epyc-7601-32-core-ibpb", "core-i7-5600u-ibrs"})
    void libvirt_answers_for_one_kind_of_node_with_a_model_of_its_vendor(String host)
            throws IOException, InterruptedException {
        // When
        JsonNode compared = compare(OPERATOR.resolve("src/test/resources/nodes/%s.yaml".formatted(host))
                        .toString())
                .path("comparisons")
                .path(0);

        // Then
        assertThat(compared.at("/libvirt/cpuModel").asText()).isNotEmpty();
        assertThat(compared.path("refusal").isMissingNode()).isTrue();
        assertThat(compared.at("/libvirt/abiLevel").asText())
                .isEqualTo(compared.at("/ours/abiLevel").asText());
    }

    @Test
    void what_was_recorded_is_what_that_version_answers() throws IOException, InterruptedException {
        // When
        JsonNode now = compare(HOME_LAB);
        JsonNode recorded = compare(HOME_LAB, "--virsh", RECORDED);

        // Then: another version need not agree
        if (now.path("libvirtVersion").equals(recorded.path("libvirtVersion"))) {
            assertThat(now).isEqualTo(recorded);
        } else {
            assertThat(now.path("comparisons")).hasSameSizeAs(recorded.path("comparisons"));
        }
    }
}
