package io.cpubaseline.lab.programs;

import io.cpubaseline.lab.process.LabProcess;
import java.util.List;
import java.util.Map;

/** Kubernetes' own scheduler: a VM's pod lands only where all that its node selector asks for is labelled. */
public final class KubeScheduler {
    private KubeScheduler() {}

    public static LabProcess start(Site site) {
        // Its port would serve nothing but metrics. What has no node yet waits until it is up.
        return site.launch(
                Component.KUBE_SCHEDULER,
                Map.of(),
                List.of("--kubeconfig=" + site.kubeconfig(), "--leader-elect=false", "--secure-port=0"));
    }
}
