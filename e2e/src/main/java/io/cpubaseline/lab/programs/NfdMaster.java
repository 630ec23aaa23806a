package io.cpubaseline.lab.programs;

import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Ports;
import io.cpubaseline.lab.process.Wait;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** node-feature-discovery's master, with its default list of flags that it does not label. */
public final class NfdMaster {
    private static final String NAMESPACE = "node-feature-discovery";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private NfdMaster() {}

    public static LabProcess start(Site site) {
        site.apply("""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: %s
                """.formatted(NAMESPACE));
        // It starts by writing its version on the node that it runs on, and ends if there is none.
        String itsNode = "nfd-master";
        site.client()
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(itsNode)
                        .endMetadata()
                        .build())
                .create();
        try {
            int port = Ports.free();
            LabProcess process = site.launch(
                    Component.NFD_MASTER,
                    Map.of("KUBERNETES_NAMESPACE", NAMESPACE, "POD_NAMESPACE", NAMESPACE, "NODE_NAME", itsNode),
                    List.of("-kubeconfig=" + site.kubeconfig(), "-port=" + port));
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
            site.client().nodes().withName(itsNode).delete();
        }
    }
}
