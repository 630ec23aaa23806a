package io.cpubaseline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Real hosts for tests of the pure rules, read from the node manifests in {@code nodes/} without the program's own readers. */
public final class Fleets {

    private static final Map<String, CpuEvidence> HOSTS = new ConcurrentHashMap<>();

    private Fleets() {}

    /** The evidence of one host by the name of its manifest. */
    public static CpuEvidence host(String name) {
        return HOSTS.computeIfAbsent(name, Fleets::read);
    }

    /** A healthy node per host; a host may be named several times. */
    public static List<NodeCpu> nodes(List<String> hosts) {
        List<NodeCpu> nodes = new ArrayList<>();
        for (int i = 0; i < hosts.size(); i++) {
            nodes.add(NodeCpu.healthy("%02d-%s".formatted(i, hosts.get(i)), host(hosts.get(i))));
        }
        return nodes;
    }

    private static CpuEvidence read(String name) {
        try (InputStream stream = Fleets.class.getResourceAsStream("/nodes/" + name + ".yaml")) {
            JsonNode labels = new YAMLMapper().readTree(stream).at("/metadata/labels");
            return new CpuEvidence(
                    FeatureSet.copyOf(names(labels, "cpu-feature.node.kubevirt.io/")),
                    new TreeSet<>(names(labels, "cpu-model.node.kubevirt.io/")),
                    new TreeSet<>(names(labels, "cpu-vendor.node.kubevirt.io/")),
                    Silicon.unknown());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(JsonNode labels, String prefix) {
        return labels.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .toList();
    }
}
