package io.cpubaseline.lab.programs;

import io.cpubaseline.lab.objects.Yaml;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Plays kubelets by kwok's own stages, and virt-handlers by {@code kwok/virt-handler.yaml}. */
public final class Kwok {
    private Kwok() {}

    public static LabProcess start(Site site) {
        Path virtHandler = site.directory().resolve("virt-handler-stages.yaml");
        Directories.write(virtHandler, Yaml.resource("kwok/virt-handler.yaml"));
        return site.launch(
                Component.KWOK,
                Map.of(),
                List.of(
                        "--kubeconfig=" + site.kubeconfig(),
                        "--config=" + site.programs().path("stages.yaml"),
                        "--config=" + virtHandler,
                        // There are no others in a lab, whoever has added them.
                        "--manage-all-nodes=true"));
    }
}
