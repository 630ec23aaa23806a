package io.cpubaseline.operator.whynot;

import io.cpubaseline.manifest.InputException;
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

    static InputException noNode(List<String> paths) {
        return new InputException("%s: expected at least one Node among the objects, found none; add: %s"
                .formatted(String.join(", ", paths), "kubectl get nodes -o yaml"));
    }
}
