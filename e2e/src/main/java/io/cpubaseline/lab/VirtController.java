package io.cpubaseline.lab;

import java.util.List;
import java.util.Map;

/** KubeVirt's controllers: they make instances and pods of VMs, and drive migrations. */
final class VirtController {
    private VirtController() {}

    static LabProcess start(Lab lab) {
        return lab.launch(
                Component.VIRT_CONTROLLER,
                Map.of("POD_NAMESPACE", VirtApi.NAMESPACE),
                List.of(
                        "--kubeconfig=" + lab.kubeconfigFor(VirtApi.NAMESPACE, "kubevirt-controller"),
                        "--listen=127.0.0.1",
                        "--port=" + Ports.free(),
                        "--prom-cert-file=" + lab.servingCertificate(),
                        "--prom-key-file=" + lab.servingKey(),
                        // Nobody pulls images here.
                        "--launcher-image=virt-launcher",
                        "--exporter-image=virt-exportserver"));
    }
}
