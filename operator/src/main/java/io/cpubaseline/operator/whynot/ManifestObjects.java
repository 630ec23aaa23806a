package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.ManifestTree;
import java.util.List;

/** What objects of manifests have in common, whether one virtual machine is asked about or all. */
final class ManifestObjects {

    /** KubeVirt's API group. */
    static final String KUBEVIRT = "kubevirt.io";

    static final String NO_PODS = "No pods are in the files: how full nodes are isn't known";

    private ManifestObjects() {}

    static Types types() {
        return new Types("in the files", ". kubectl %sget %s %s -o yaml prints it");
    }

    static String named(ManifestTree object) {
        if (object.name().isEmpty()) {
            throw object.mistake("metadata.name: expected the object's name, found none");
        }
        return object.name();
    }

    /** One that names no namespace is created in that of kubectl's context: in most files that is the default one. */
    static JsonNode namespaced(ManifestTree object) {
        named(object);
        if (object.root().path("metadata") instanceof ObjectNode metadata && !metadata.has("namespace")) {
            metadata.put("namespace", "default");
        }
        return object.root();
    }

    static InputException noNode(List<String> paths) {
        return new InputException("%s: expected at least one Node among the objects, found none; add: %s"
                .formatted(String.join(", ", paths), "kubectl get nodes -o yaml"));
    }
}
