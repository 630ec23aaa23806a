package io.cpubaseline.benchmarks;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Fleets of any size and of many CPU classes, made from real hosts of x86-64-v3 and later. */
final class SyntheticFleet {

    /** Features that no rule looks at: leaving some out makes classes that differ and reach the same baseline. */
    private static final List<String> IRRELEVANT =
            List.of("rdpid", "erms", "fsrm", "clwb", "3dnowprefetch", "xgetbv1", "pku", "clflushopt");

    private SyntheticFleet() {}

    /** As many different classes of CPUs as asked for. */
    static List<CpuEvidence> classes(int count, CpuCatalog catalog) throws IOException {
        List<CpuEvidence> hosts = hosts(catalog);
        List<CpuEvidence> classes = new ArrayList<>();
        for (int round = 0; classes.size() < count; round++) {
            if (round > IRRELEVANT.size()) {
                throw new IllegalArgumentException("there are only " + classes.size() + " classes");
            }
            for (CpuEvidence host : hosts) {
                FeatureSet fewer = round == 0
                        ? host.labelledFeatures()
                        : host.labelledFeatures().minus(FeatureSet.of(IRRELEVANT.get(round - 1)));
                CpuEvidence evidence =
                        new CpuEvidence(fewer, host.labelledModels(), host.labelledVendors(), host.silicon());
                if (classes.size() < count && !classes.contains(evidence)) {
                    classes.add(evidence);
                }
            }
        }
        return classes;
    }

    /** Nodes spread evenly over the classes, sorted by name. */
    static List<NodeCpu> nodes(int count, List<CpuEvidence> classes) {
        List<NodeCpu> nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            nodes.add(NodeCpu.healthy("node-%06d".formatted(i), classes.get(i % classes.size())));
        }
        return nodes;
    }

    private static List<CpuEvidence> hosts(CpuCatalog catalog) throws IOException {
        Path manifests = Path.of(System.getProperty("manifests", "operator/src/test/resources/nodes"));
        EvidenceReader reader = new EvidenceReader(catalog, FlagNames.shipped());
        List<CpuEvidence> hosts = new ArrayList<>();
        try (Stream<Path> files = Files.list(manifests)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(".yaml")) {
                    try (JsonParser parser = new YAMLFactory().createParser(file.toFile())) {
                        parser.nextToken();
                        CpuEvidence evidence = reader.node(parser).evidence();
                        if (catalog.levels().of(evidence.labelledFeatures()).atLeast(AbiLevel.V3)) {
                            hosts.add(evidence);
                        }
                    }
                }
            }
        }
        return hosts;
    }
}
