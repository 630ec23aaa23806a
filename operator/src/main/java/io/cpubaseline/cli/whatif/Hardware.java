package io.cpubaseline.cli.whatif;

import io.cpubaseline.baseline.Planner;
import io.cpubaseline.change.PlannedNodes;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.evidence.Quantity;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.report.Spelling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A host that is assumed to have all that a CPU model of the catalog has, as {@code spec.plannedNodes} assumes it.
 *
 * @param model the model
 * @param assumed a node of it
 * @param ofKubeVirt the labels that KubeVirt would write on it
 * @param capacity what it gives to pods; nothing if that isn't said
 */
record Hardware(CpuModel model, NodeCpu assumed, Map<String, String> ofKubeVirt, NodeCapacity capacity) {

    private static final String OF_KUBEVIRT = ".node.kubevirt.io/";
    private static final String TRUE = "true";
    private static final long MILLI = 1000;

    /**
     * Reads {@code MODEL[,CORES[,MEMORY]]}.
     *
     * @param option of which option this is, for messages
     */
    static Hardware read(String option, String text, Planner planner) {
        return of(option, text, List.of(text.split(",", -1)), planner);
    }

    /** The same from its parts. */
    static Hardware of(String option, String text, List<String> parts, Planner planner) {
        if (parts.size() > 3) {
            throw new InputException("%s %s: expected at most cores and memory behind it, found \"%s\""
                    .formatted(option, text, parts.get(3)));
        }
        CpuModel model =
                planner.catalog().model(parts.get(0)).orElseThrow(() -> unknown(option, text, parts.get(0), planner));
        NodeCpu assumed = new PlannedNodes.Group("new", model, 1).assumed(planner.catalog(), planner.rules());
        return new Hardware(
                model,
                assumed,
                labels(assumed.evidence()),
                new NodeCapacity(
                        parts.size() > 1 ? quantity(option, text, "cores", parts.get(1)) * MILLI : 0,
                        parts.size() > 2 ? quantity(option, text, "memory", parts.get(2)) : 0));
    }

    private static Map<String, String> labels(CpuEvidence evidence) {
        Map<String, String> labels = new HashMap<>();
        labels.put("kubernetes.io/arch", "amd64");
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubevirt.io/schedulable", TRUE);
        evidence.labelledVendors().forEach(vendor -> labels.put("cpu-vendor" + OF_KUBEVIRT + vendor, TRUE));
        evidence.labelledModels().forEach(model -> labels.put("cpu-model" + OF_KUBEVIRT + model, TRUE));
        evidence.labelledFeatures().stream()
                .forEach(feature -> labels.put("cpu-feature" + OF_KUBEVIRT + feature, TRUE));
        return Map.copyOf(labels);
    }

    private static long quantity(String option, String text, String what, String value) {
        OptionalLong units = Quantity.units(value);
        if (units.isEmpty() || units.getAsLong() < 1 || units.getAsLong() > Long.MAX_VALUE / MILLI) {
            throw new InputException("%s %s: expected %s, such as %s, found \"%s\""
                    .formatted(option, text, what, what.equals("cores") ? "64" : "256Gi", value));
        }
        return units.getAsLong();
    }

    private static InputException unknown(String option, String text, String name, Planner planner) {
        List<String> known = planner.catalog().models().stream()
                .filter(model -> !model.obsolete() && model.namedByLibvirt())
                .map(CpuModel::name)
                .toList();
        return new InputException("%s %s: there is no CPU model \"%s\" in catalog %s; %s"
                .formatted(
                        option,
                        text,
                        name,
                        planner.catalog().version(),
                        Spelling.nearest(name, known)
                                .map("did you mean %s?"::formatted)
                                .orElse("names are libvirt's, for example EPYC-Genoa or SapphireRapids")));
    }

    /**
     * A new node of it.
     *
     * @param labels what it has beside KubeVirt's labels
     */
    NodeCpu node(String name, Map<String, String> labels) {
        return place(name, labels, capacity);
    }

    /** What a node becomes that gets it: its name and its own labels stay, and what isn't said of its size. */
    NodeCpu inPlaceOf(NodeCpu node) {
        NodeCapacity before = node.host().capacity();
        return place(
                node.name(),
                node.labels(),
                new NodeCapacity(
                        capacity.milliCores() > 0 ? capacity.milliCores() : before.milliCores(),
                        capacity.memory() > 0 ? capacity.memory() : before.memory()));
    }

    private NodeCpu place(String name, Map<String, String> own, NodeCapacity given) {
        Map<String, String> labels = new HashMap<>();
        own.forEach((key, value) -> {
            if (!key.contains(OF_KUBEVIRT)) {
                labels.put(key, value);
            }
        });
        labels.put("kubernetes.io/hostname", name);
        labels.putAll(ofKubeVirt);
        return assumed.on(new NodeHost(assumed.host().platform(), given, List.of()))
                .called(name, Map.copyOf(labels));
    }
}
