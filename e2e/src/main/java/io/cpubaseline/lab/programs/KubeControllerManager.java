package io.cpubaseline.lab.programs;

import io.cpubaseline.lab.process.LabProcess;
import java.util.List;
import java.util.Map;

/** Kubernetes' own controllers. */
public final class KubeControllerManager {
    private KubeControllerManager() {}

    public static LabProcess start(Site site) {
        return site.launch(
                Component.KUBE_CONTROLLER_MANAGER,
                Map.of(),
                List.of(
                        "--kubeconfig=" + site.kubeconfig(),
                        "--leader-elect=false",
                        "--secure-port=0",
                        "--service-account-private-key-file=" + site.directory().resolve("service-accounts.key"),
                        "--root-ca-file=" + site.servingCertificate()));
    }
}
