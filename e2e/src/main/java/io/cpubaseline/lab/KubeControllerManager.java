package io.cpubaseline.lab;

import java.util.List;
import java.util.Map;

/** Kubernetes' own controllers. */
final class KubeControllerManager {
    private KubeControllerManager() {}

    static LabProcess start(Lab lab) {
        return lab.launch(
                Component.KUBE_CONTROLLER_MANAGER,
                Map.of(),
                List.of(
                        "--kubeconfig=" + lab.kubeconfig(),
                        "--leader-elect=false",
                        "--secure-port=0",
                        "--service-account-private-key-file=" + lab.directory().resolve("service-accounts.key"),
                        "--root-ca-file=" + lab.servingCertificate()));
    }
}
