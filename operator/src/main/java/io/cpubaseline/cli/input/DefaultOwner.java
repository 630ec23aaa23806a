package io.cpubaseline.cli.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.report.ClusterDefault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The resource that sets the cluster's default CPU model: KubeVirt's own, or that of the HyperConverged Cluster Operator, which owns KubeVirt's.
 *
 * @param identity its API version and kind
 * @param namespace its namespace
 * @param name its name
 * @param cpuModel the default model; empty if none is set
 * @param obsolete models that it calls obsolete
 * @param itself whether that resource is in the input, and not only KubeVirt's, which tells of it
 */
public record DefaultOwner(
        Identity identity, String namespace, String name, String cpuModel, Set<String> obsolete, boolean itself) {

    private static final String HCO_V1 = "hco.kubevirt.io/v1";
    private static final String HCO_V1BETA1 = "hco.kubevirt.io/v1beta1";

    /** KubeVirt's own resource of that name, of which nothing else is known. */
    public static DefaultOwner kubeVirt(String namespace, String name) {
        return unread(new Identity("kubevirt.io/v1", "KubeVirt"), namespace, name);
    }

    /** The HyperConverged Cluster Operator's resource of that name, of which nothing else is known. */
    public static DefaultOwner hyperConverged(String namespace, String name) {
        return unread(new Identity(HCO_V1BETA1, ClusterDefault.HYPERCONVERGED), namespace, name);
    }

    private static DefaultOwner unread(Identity identity, String namespace, String name) {
        return new DefaultOwner(identity, namespace, name, "", Set.of(), false);
    }

    /** Reads what matters of such a resource; what has another shape counts as not set. */
    static DefaultOwner of(Identity identity, JsonNode metadata, JsonNode spec) {
        JsonNode settings = spec;
        Set<String> obsolete = new HashSet<>();
        if (identity.isKubeVirt()) {
            settings = spec.path("configuration");
            settings.path("obsoleteCPUModels").fieldNames().forEachRemaining(obsolete::add);
            String manager = hyperConverged(metadata);
            if (!manager.isEmpty()) {
                return new DefaultOwner(
                        new Identity(HCO_V1BETA1, ClusterDefault.HYPERCONVERGED),
                        metadata.path("namespace").asText(),
                        manager,
                        settings.path("cpuModel").asText(),
                        obsolete,
                        false);
            }
        } else {
            settings = identity.apiVersion().equals(HCO_V1)
                    ? spec.path("virtualization").path("virtualMachineOptions")
                    : spec;
            spec.path("obsoleteCPUs").path("cpuModels").forEach(model -> obsolete.add(model.asText()));
        }
        return new DefaultOwner(
                identity,
                metadata.path("namespace").asText(),
                metadata.path("name").asText(),
                settings.path(identity.isKubeVirt() ? "cpuModel" : "defaultCPUModel")
                        .asText(),
                obsolete,
                true);
    }

    /** The resource that manages KubeVirt's; empty if none does. */
    private static String hyperConverged(JsonNode metadata) {
        String owner = "";
        for (JsonNode reference : metadata.path("ownerReferences")) {
            if (reference.path("kind").asText().equals(ClusterDefault.HYPERCONVERGED)) {
                owner = reference.path("name").asText();
            }
        }
        JsonNode labels = metadata.path("labels");
        return ClusterDefault.hyperConverged(
                owner,
                labels.path(ClusterDefault.MANAGED_BY).asText(),
                labels.path(ClusterDefault.APP).asText());
    }

    /** The default, as the conditions judge it. */
    public ClusterDefault clusterDefault() {
        return identity.isKubeVirt()
                ? ClusterDefault.ofKubeVirt(namespace, name, "", cpuModel, obsolete)
                : ClusterDefault.ofHyperConverged(namespace, name, cpuModel, obsolete);
    }

    /** Whether this is the resource to change, where both are there: HCO's owns KubeVirt's, and says itself in which version it is. */
    boolean isBefore(DefaultOwner other) {
        return rank() > other.rank();
    }

    private int rank() {
        return identity.isKubeVirt() ? 0 : itself ? 2 : 1;
    }

    /** The same owner, where another resource has the model that is in force. */
    DefaultOwner inForceOf(DefaultOwner other) {
        return cpuModel.isEmpty()
                ? new DefaultOwner(identity, namespace, name, other.cpuModel, other.obsolete, itself)
                : this;
    }

    /** Whether it is the HyperConverged Cluster Operator's. */
    public boolean isHyperConverged() {
        return !identity.isKubeVirt();
    }

    /** Its kind as kubectl takes it, with the version in which {@link #change} is written. */
    public String resource() {
        return identity.isKubeVirt()
                ? "kubevirt"
                : "hyperconvergeds.%s.hco.kubevirt.io"
                        .formatted(identity.apiVersion()
                                .substring(identity.apiVersion().indexOf('/') + 1));
    }

    /** What makes this model the default: a merge patch. */
    public Map<String, Object> change(String model) {
        if (identity.isKubeVirt()) {
            return Map.of("spec", Map.of("configuration", Map.of("cpuModel", model)));
        }
        Map<String, Object> settings = Map.of("defaultCPUModel", model);
        return Map.of(
                "spec",
                identity.apiVersion().equals(HCO_V1)
                        ? Map.of("virtualization", Map.of("virtualMachineOptions", settings))
                        : settings);
    }

    /** The command that makes this model the default, in lines that a shell takes as one. */
    public List<String> patch(String model) {
        if (identity.isKubeVirt()) {
            return List.of(
                    "kubectl -n %s patch kubevirt %s --type merge -p \\".formatted(namespace, name),
                    "  '{\"spec\":{\"configuration\":{\"cpuModel\":\"%s\"}}}'".formatted(model));
        }
        List<String> command = new ArrayList<>();
        command.add("kubectl -n %s patch \\".formatted(namespace));
        command.add("  %s %s \\".formatted(resource(), name));
        if (identity.apiVersion().equals(HCO_V1)) {
            // A line break between two values is white space to JSON.
            command.add("  --type merge -p '{\"spec\":{\"virtualization\":{\"virtualMachineOptions\":");
            command.add("  {\"defaultCPUModel\":\"%s\"}}}}'".formatted(model));
        } else {
            command.add("  --type merge -p '{\"spec\":{\"defaultCPUModel\":\"%s\"}}'".formatted(model));
        }
        return command;
    }
}
