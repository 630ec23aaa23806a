package io.cpubaseline.lab.process;

import java.nio.file.Path;
import java.util.Map;

/** Kubernetes' own client. */
public final class Kubectl extends Tool {
    public Kubectl(Path program, Path kubeconfig) {
        super(
                program,
                kubeconfig,
                Map.of(
                        "KUBECACHEDIR",
                        kubeconfig.resolveSibling("kubectl-cache").toString()));
    }

    /** The same program for the bearer of another kubeconfig. */
    public Kubectl as(Path otherKubeconfig) {
        return new Kubectl(program(), otherKubeconfig);
    }
}
