package io.cpubaseline.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@code plan} loads: people wait for its start, so nothing is loaded that its input doesn't need. */
class ClassesLoadedTest {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "."), "src/test/resources");

    private static String loadedFor(String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home", ""), "bin", "java")
                                .toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path", ""),
                        Main.class.getName(),
                        "plan",
                        "-f",
                        RESOURCES.resolve(input).toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void nodes_need_neither_xml_nor_the_words_of_hosts() throws Exception {
        assertThat(loadedFor("nodes/xeon-gold-6130.yaml"))
                .contains("io.cpubaseline.cli.input.FleetReader")
                .doesNotContain(
                        "xml.stream", "io.cpubaseline.catalog.HostFlags", "io.cpubaseline.evidence.HostEvidence");
    }

    @Test
    void lscpu_needs_no_xml() throws Exception {
        assertThat(loadedFor("hosts/hardware/n1.txt"))
                .contains("io.cpubaseline.host.LscpuReader")
                .doesNotContain("xml.stream", "io.cpubaseline.host.XmlDocuments");
    }

    @Test
    void what_libvirt_says_does() throws Exception {
        assertThat(loadedFor("hosts/proven/k1.xml")).contains("io.cpubaseline.host.XmlDocuments", "javax.xml.stream");
    }
}
