package io.cpubaseline.lab.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ToolTest {
    private final Kubectl kubectl = new Kubectl(Path.of("/programs/kubectl"), Path.of("/lab/kubeconfig"));

    @Test
    void aPrintedCommandCanBePasted() {
        assertThat(kubectl.commandLine("get", "ccb", "-L", "feature.node.kubernetes.io/cpu-model.vendor_id"))
                .isEqualTo("kubectl get ccb -L feature.node.kubernetes.io/cpu-model.vendor_id");
        assertThat(kubectl.commandLine("patch", "vm", "web", "-p", "{\"spec\":{\"runStrategy\":\"Always\"}}"))
                .isEqualTo("kubectl patch vm web -p '{\"spec\":{\"runStrategy\":\"Always\"}}'");
        assertThat(kubectl.commandLine("get", "vm", "", "it's")).isEqualTo("kubectl get vm '' 'it'\\''s'");
    }
}
