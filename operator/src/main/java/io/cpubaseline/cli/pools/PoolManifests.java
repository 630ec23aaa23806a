package io.cpubaseline.cli.pools;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.LabelSelector;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.cli.resource.BaselineDocument;
import io.cpubaseline.cli.resource.BaselineManifest;
import io.cpubaseline.console.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A ClusterCpuBaseline per pool, to be applied: it selects its nodes by their label. The commands that label them are comments. */
final class PoolManifests {

    private PoolManifests() {}

    /**
     * The lines to print.
     *
     * @param baseline whose spec each gets, but for what names its nodes and its revision; null for an empty one that looks at all virtual machines
     *     and writes none
     */
    static String of(PoolsAnswer answer, @Nullable BaselineManifest baseline) throws JsonProcessingException {
        StringBuilder text = new StringBuilder();
        text.append("# Label the nodes first:\n");
        answer.labelCommands()
                .forEach(lines ->
                        lines.forEach(line -> text.append("#   ").append(line).append('\n')));
        for (NamedPool pool : answer.pools()) {
            text.append("---\n")
                    .append(Yaml.text(BaselineDocument.ofSpec(
                            pool.name(),
                            baseline == null
                                    ? spec(pool.name(), answer.judged().policy())
                                    : spec(
                                            pool.name(),
                                            baseline.spec(),
                                            answer.judged().policy()))));
        }
        return text.toString();
    }

    private static Map<String, Object> spec(String name, Policy policy) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("nodeSelector", Map.of("matchLabels", Map.of(NamedPool.LABEL, name)));
        if (policy.vendors() == Policy.Vendors.Mixed) {
            spec.put("vendors", policy.vendors().name());
        }
        Map<String, Object> machines = new LinkedHashMap<>();
        machines.put("namespaceSelector", Map.of());
        machines.put("selector", Map.of());
        spec.put("virtualMachines", machines);
        return spec;
    }

    private static ClusterCpuBaselineSpec spec(String name, ClusterCpuBaselineSpec of, Policy policy) {
        Map<String, String> labels = new TreeMap<>(of.nodeSelector().matchLabels());
        labels.put(NamedPool.LABEL, name);
        return new ClusterCpuBaselineSpec(
                of.paused(),
                new LabelSelector(labels, new ArrayList<>(of.nodeSelector().matchExpressions())),
                policy.vendors().name(),
                of.abiLevel(),
                of.cpuModel(),
                of.features(),
                List.of(),
                of.capacity(),
                of.changes(),
                null,
                of.virtualMachines(),
                of.clusterDefault());
    }
}
