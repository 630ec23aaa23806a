package io.cpubaseline.lab.use;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Programs;
import io.cpubaseline.lab.process.Tool;
import java.util.List;
import java.util.Map;

/** Helm, as the lab's administrator. What the user of this machine has configured for it, such as plugins, it does not see. */
public final class Helm extends Tool {
    private final Lab lab;
    private final String family;

    private Helm(Lab lab, String family) {
        super(
                Programs.find(List.of(family)).path("helm"),
                lab.kubeconfig(),
                Map.of(
                        "HELM_CACHE_HOME", lab.directory().resolve("helm/cache").toString(),
                        "HELM_CONFIG_HOME",
                                lab.directory().resolve("helm/config").toString(),
                        "HELM_DATA_HOME", lab.directory().resolve("helm/data").toString()));
        this.lab = lab;
        this.family = family;
    }

    /**
     * Helm 3: applies on the client's side.
     *
     * @throws LabException when it has not been built
     */
    public static Helm three(Lab lab) {
        return new Helm(lab, Programs.HELM_3);
    }

    /**
     * Helm 4: applies on the server's side what it has installed itself.
     *
     * @throws LabException when it has not been built
     */
    public static Helm four(Lab lab) {
        return new Helm(lab, Programs.HELM_4);
    }

    /** The lab that it works on. */
    public Lab lab() {
        return lab;
    }

    /** {@code helm3} or {@code helm4}. */
    @Override
    public String toString() {
        return family;
    }
}
