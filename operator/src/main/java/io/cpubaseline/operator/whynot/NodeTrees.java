package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.NodeFeatures;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.operator.kube.Json;
import java.io.IOException;
import java.util.List;

/** Reads Nodes, as the scheduler looks at them: NodeFeatures say nothing to it. Safe for use by several threads. */
final class NodeTrees {

    private static final NodeFeatures NO_FEATURES = NodeFeatures.of(List.of(), "");

    /** Made by whoever reads the first node: the thread that is about to wait for nodes has something else to do. */
    private static final class Shared {

        static final EvidenceReader EVIDENCE = EvidenceReader.withDevices(CatalogLoader.catalog(), FlagNames.shipped());
    }

    NodeCpu read(JsonParser node) throws IOException {
        return Shared.EVIDENCE.nodeCpu(Shared.EVIDENCE.node(node), NO_FEATURES);
    }

    NodeCpu read(JsonNode node) {
        try (JsonParser parser = node.traverse(Json.MAPPER)) {
            parser.nextToken();
            return read(parser);
        } catch (IOException e) {
            throw new IllegalStateException("a tree in memory can't be read", e);
        }
    }
}
