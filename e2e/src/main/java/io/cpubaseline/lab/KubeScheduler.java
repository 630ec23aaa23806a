package io.cpubaseline.lab;

import java.util.List;
import java.util.Map;

/** Kubernetes' own scheduler: a VM's pod lands only where all that its node selector asks for is labelled. */
final class KubeScheduler {
    private KubeScheduler() {}

    static LabProcess start(Lab lab) {
        // Its port would serve nothing but metrics. What has no node yet waits until it is up.
        return lab.launch(
                Component.KUBE_SCHEDULER,
                Map.of(),
                List.of("--kubeconfig=" + lab.kubeconfig(), "--leader-elect=false", "--secure-port=0"));
    }
}
