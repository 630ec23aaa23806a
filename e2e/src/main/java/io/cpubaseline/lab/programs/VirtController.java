package io.cpubaseline.lab.programs;

import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Ports;
import java.util.List;
import java.util.Map;

/** KubeVirt's controllers: they make instances and pods of VMs, and drive migrations. */
public final class VirtController {
    private VirtController() {}

    public static LabProcess start(Site site) {
        return site.launch(
                Component.VIRT_CONTROLLER,
                Map.of("POD_NAMESPACE", VirtApi.NAMESPACE),
                List.of(
                        "--kubeconfig=" + site.kubeconfigFor(VirtApi.NAMESPACE, "kubevirt-controller"),
                        "--listen=127.0.0.1",
                        "--port=" + Ports.free(),
                        "--prom-cert-file=" + site.servingCertificate(),
                        "--prom-key-file=" + site.servingKey(),
                        // Nobody pulls images here.
                        "--launcher-image=virt-launcher",
                        "--exporter-image=virt-exportserver"));
    }
}
