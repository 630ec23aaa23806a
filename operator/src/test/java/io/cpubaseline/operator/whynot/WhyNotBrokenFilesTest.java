package io.cpubaseline.operator.whynot;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.operator.testing.BrokenFiles;
import io.cpubaseline.operator.testing.BrokenFiles.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code why-not -f} refuses what it can't read, where it is and with what to do, and never answers by half of it. */
class WhyNotBrokenFilesTest {

    private static final Path SAMPLES = Path.of(System.getProperty("basedir", "."), "../docs/samples/why-not");

    private final BrokenFiles whyNot = new BrokenFiles(WhyNotCommand::new);

    static Stream<Path> mistakes() throws IOException {
        return BrokenFiles.mistakes();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void what_a_plan_refuses_it_refuses_too(Path mistake) {
        whyNot.isRefused(mistake, "--all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cores: 4, model | cores: two, model | spec.template.spec.domain.cpu.cores: expected a whole number, found the string \"two\"",
                "guest: 4Gi | guest: 4GB | domain.memory.guest: expected a quantity such as 500m, 4 or 4Gi, found the string \"4GB\"",
                "guest: 4Gi | guest: -4Gi | domain.memory.guest: expected a quantity",
                "zone: c} | zone: 3} | spec.template.spec.nodeSelector[topology.kubernetes.io/zone]: expected a string, found a number; put it in quotes",
                "policy: require | policy: needed | expected one of force, require, optional, disable, forbid, found the string \"needed\"",
                "nodeName: new-1 | nodeName: [new-1] | expected a string, found a list",
            })
    void a_field_of_another_type_is_told_with_file_and_place(String right, String wrong, String message)
            throws IOException {
        // Given
        String machines = Files.readString(SAMPLES.resolve("machines.yaml"));
        int at = machines.indexOf(right);
        assertThat(at).as(right).isPositive();
        long line = machines.substring(0, at).lines().count();
        String broken = machines.substring(0, at) + wrong + machines.substring(at + right.length());

        // When
        Said said = whyNot.run(broken, "-f", SAMPLES.resolve("cluster.yaml").toString(), "-f", "-", "mail");

        // Then
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("standard input:" + line + ":", message);
    }

    @Test
    void an_object_that_is_there_twice_is_refused_and_a_newer_copy_of_it_counts() throws IOException {
        // Given
        String machines = Files.readString(SAMPLES.resolve("machines.yaml"));

        // When
        Said twice = whyNot.run(machines, "-f", SAMPLES.toString(), "-f", "-", "mail");

        // Then
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.err()).contains("the input has this object twice, here and at", "remove one of the two");

        // Given the same node of two times
        String node = """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","uid":"u","resourceVersion":"%s",
                 "labels":{"kubevirt.io/schedulable":"%s"}}}""";
        String machine =
                "{\"apiVersion\":\"kubevirt.io/v1\",\"kind\":\"VirtualMachine\",\"metadata\":{\"name\":\"db\"},\"spec\":{}}";
        String older = node.formatted("9", "false");
        String newer = node.formatted("10", "true");

        // Then
        for (List<String> order : List.of(List.of(older, newer), List.of(newer, older))) {
            Said said = whyNot.run(String.join("\n", order) + machine, "-f", "-", "db");
            assertThat(said.code()).as(said.err()).isEqualTo(1);
            assertThat(said.out()).doesNotContain("virt-handler works");
        }
    }

    @Tag("thorough")
    @ParameterizedTest
    @CsvSource({"typed", "db", "web", "--all"})
    void no_answer_rests_on_a_value_of_another_type(String about) {
        whyNot.noAnswerRestsOnAValueOfAnotherType(about);
    }
}
