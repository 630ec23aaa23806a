package io.cpubaseline.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.HostFlags;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCapacity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is expected of hardware, held to what hypervisors really gave on it: the hosts of {@code nodes} and {@code nodefeatures}. */
class ExpectationTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();
    private static final HostFlags FLAGS = HostFlags.shipped();
    private static final Path FLAGS_TABLE =
            Path.of(System.getProperty("basedir", "."), "src/main/resources/io/cpubaseline/catalog/linux-flags.csv");
    private static final Path NODES = Path.of(System.getProperty("basedir", "."), "src/test/resources/nodes");

    private final EvidenceReader reader = EvidenceFixtures.reader();
    private final HostEvidence hosts = new HostEvidence(CATALOG, FLAGS);

    static Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(NODES)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.replace(".yaml", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** What is expected by the flags that Linux shows of a host that has what its hypervisor gave and what node-feature-discovery saw. */
    private CpuEvidence expected(String host) throws IOException {
        CpuEvidence labels = EvidenceFixtures.hostsNode(reader, host).evidence();
        FeatureSet hardware = labels.labelledFeatures()
                .union(EvidenceFixtures.hostsNodeFeature(reader, host).silicon().present());
        HostFlags.Reading flags = FLAGS.read(shown(hardware, labels.vendor()), labels.vendor());
        return hosts.node(new HostFacts(
                        host,
                        HostFacts.Proof.HARDWARE,
                        labels.vendor(),
                        flags.features(),
                        new TreeSet<>(),
                        NodeCapacity.none(),
                        false,
                        false,
                        flags.unknown(),
                        List.of()))
                .evidence();
    }

    /** The words of Linux for these features; one word may stand for bits of which some vendor's CPUs have only one. */
    private static Set<String> shown(FeatureSet hardware, String vendor) throws IOException {
        Set<String> words = new TreeSet<>();
        for (String line : Files.readAllLines(FLAGS_TABLE)) {
            String word = line.substring(0, Math.max(0, line.indexOf(',')));
            Set<String> withCompanion = new TreeSet<>(Set.of(word));
            if (hardware.contains("clwb")) {
                withCompanion.add("clwb");
            }
            FeatureSet meant = FLAGS.read(withCompanion, vendor).features();
            FeatureSet own = word.equals("clwb") ? meant : meant.minus(FeatureSet.of("clwb"));
            if (!own.intersect(hardware).isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    @ParameterizedTest
    @MethodSource("names")
    void no_model_that_the_hypervisor_gave_is_missing_but_one_with_instructions_that_linux_never_shows(String host)
            throws IOException {
        // Given
        Set<String> proven = new TreeSet<>(
                EvidenceFixtures.hostsNode(reader, host).evidence().labelledModels());
        proven.removeIf(model -> model.startsWith("SierraForest"));

        // Then
        assertThat(expected(host).labelledModels()).containsAll(proven);
    }

    /** That is why hardware proves nothing: the kernels and QEMU of these hosts were older than what the CPU has. */
    @Test
    void more_is_expected_only_where_an_old_hypervisor_gave_less_than_the_hardware_has() throws IOException {
        // Given
        Set<String> hostsWithMore = new TreeSet<>();
        for (String host : names().toList()) {
            CpuEvidence proven = EvidenceFixtures.hostsNode(reader, host).evidence();
            boolean more = expected(host).labelledModels().stream()
                    .flatMap(name -> CATALOG.model(name).stream())
                    .filter(model -> !model.obsolete() && !model.versioned())
                    .filter(model -> model.vendors().contains(proven.vendor()))
                    .anyMatch(model -> !proven.labelledModels().contains(model.name()));
            if (more) {
                hostsWithMore.add(host);
            }
        }

        // Then
        assertThat(names()).hasSize(42);
        assertThat(hostsWithMore)
                .containsExactly(
                        "core-i5-4670t",
                        "core-i7-5600u-arat",
                        "core-i7-5600u-ibrs",
                        "epyc-7601-32-core-ibpb",
                        "ice-lake-server",
                        "opteron-6234",
                        "ryzen-7-1800x-eight-core",
                        "xeon-platinum-8268");
    }
}
