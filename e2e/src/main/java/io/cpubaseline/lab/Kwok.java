package io.cpubaseline.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Plays kubelets by kwok's own stages, and virt-handlers by {@code kwok/virt-handler.yaml}. */
final class Kwok {
    private Kwok() {}

    static LabProcess start(Lab lab) {
        Path virtHandler = lab.directory().resolve("virt-handler-stages.yaml");
        Directories.write(virtHandler, Yaml.resource("kwok/virt-handler.yaml"));
        return lab.launch(
                Component.KWOK,
                Map.of(),
                List.of(
                        "--kubeconfig=" + lab.kubeconfig(),
                        "--config=" + lab.programs().path("stages.yaml"),
                        "--config=" + virtHandler,
                        // There are no others in a lab, whoever has added them.
                        "--manage-all-nodes=true"));
    }
}
