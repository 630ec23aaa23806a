package io.cpubaseline.lab;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** node-feature-discovery's master, with its default list of flags that it does not label. */
final class NfdMaster {
    private static final String NAMESPACE = "node-feature-discovery";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private NfdMaster() {}

    static LabProcess start(Lab lab) {
        lab.apply("""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: %s
                """.formatted(NAMESPACE));
        // It starts by writing its version on the node that it runs on, and ends if there is none.
        String itsNode = "nfd-master";
        lab.client()
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(itsNode)
                        .endMetadata()
                        .build())
                .create();
        try {
            int port = Ports.free();
            LabProcess process = lab.launch(
                    Component.NFD_MASTER,
                    Map.of("KUBERNETES_NAMESPACE", NAMESPACE, "POD_NAMESPACE", NAMESPACE, "NODE_NAME", itsNode),
                    List.of("-kubeconfig=" + lab.kubeconfig(), "-port=" + port));
            Wait.until(
                    () -> {
                        process.checkRunning();
                        // It opens its port when everything else is done.
                        return Ports.isOpen(port);
                    },
                    PATIENCE,
                    () -> "nfd-master is not ready. " + process.lastLines());
            return process;
        } finally {
            lab.client().nodes().withName(itsNode).delete();
        }
    }
}
