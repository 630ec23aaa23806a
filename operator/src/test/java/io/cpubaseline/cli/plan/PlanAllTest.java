package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code plan --all}: whatever a status has no room for. */
class PlanAllTest {

    /** Each is lacking on one node; more than a status tells kinds of nodes, and all of Haswell beside. */
    private static final List<String> FEATURES = List.of(
            "aes",
            "apic",
            "avx",
            "avx2",
            "bmi1",
            "bmi2",
            "clflush",
            "cmov",
            "cx16",
            "cx8",
            "erms",
            "f16c",
            "fma",
            "fpu",
            "fsgsbase",
            "fxsr",
            "invpcid",
            "lahf_lm",
            "lm",
            "mca",
            "mce",
            "mmx");

    private static String plan(String... arguments) {
        String nodes = IntStream.range(0, FEATURES.size())
                .mapToObj(i -> """
                        {"apiVersion":"v1","kind":"Node","metadata":{"name":"node-%02d","labels":{"kubevirt.io/schedulable":"true",
                          "kubernetes.io/arch":"amd64","cpu-vendor.node.kubevirt.io/Intel":"true","cpu-model.node.kubevirt.io/Nehalem":"true",%s}},
                         "status":{"conditions":[{"type":"Ready","status":"True"}]}}""".formatted(
                                i,
                                FEATURES.stream()
                                        .filter(feature -> !feature.equals(FEATURES.get(i)))
                                        .map("\"cpu-feature.node.kubevirt.io/%s\":\"true\""::formatted)
                                        .collect(Collectors.joining(","))))
                .collect(Collectors.joining("\n"));
        StringWriter out = new StringWriter();
        int code = new CommandLine(new PlanCommand(
                        NoCluster.ASKED, new ByteArrayInputStream(nodes.getBytes(StandardCharsets.UTF_8))))
                .setOut(new PrintWriter(out, true))
                .execute(arguments);
        assertThat(code).as(out.toString()).isLessThan(2);
        return out.toString();
    }

    private static long kinds(String text) {
        return text.lines()
                .filter(line -> line.matches(" +1 +Intel .*node-\\d\\d"))
                .count();
    }

    @Test
    void all_kinds_of_nodes_and_all_that_stands_in_the_way_are_told() {
        // When
        String brief = plan("-f", "-");
        String whole = plan("-f", "-", "--all");

        // Then
        assertThat(kinds(brief)).as(brief).isEqualTo(16);
        assertThat(kinds(whole)).as(whole).isEqualTo(FEATURES.size());
        assertThat(brief).containsPattern("and \\d+ more");
        assertThat(whole).doesNotContain("more: --all").doesNotContainPattern("and \\d+ more");
    }
}
