package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a baseline owns in a virtual machine, by the API server's own record: exactly what docs/gitops.md says, and nothing after a release. */
class OwnedFieldsIT {
    private static final String US = "cpu-baseline.intel";

    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static Machines machines() {
        return stage.machines();
    }

    @Test
    void aBaselineOfOneVendorOwnsFiveFieldsAndNoneOnceItHasGivenThemBack() throws IOException {
        // Given one whose owner has set much beside
        stage.homelab();
        String manifest = Machines.manifest("web", "intel")
                .replace("  namespace:", "  labels: {team: shop}\n  annotations: {note: mine}\n  namespace:")
                .replace("      domain:", "      nodeSelector: {kubernetes.io/os: linux}\n      domain:")
                .replace("{cores: 2}", "{cores: 2, threads: 1, dedicatedCpuPlacement: false}");
        machines().createAs("terraform", manifest);
        JsonNode before = machines().ownedBy("web", "terraform");
        stage.operator();

        // When
        stage.apply(Stage.patchingVendor("intel", "Intel"));

        // Then
        stage.awaitApplied("intel", 1);
        assertThat(machines().ownedBy("web", US)).isEqualTo(new ObjectMapper().readTree("""
                {"f:metadata": {"f:labels": {"f:cpubaseline.io/baseline": {}, "f:cpubaseline.io/revision": {}}},
                 "f:spec": {"f:template": {"f:spec": {
                   "f:domain": {"f:cpu": {"f:features": {}, "f:model": {}}},
                   "f:nodeSelector": {"f:cpu-vendor.node.kubevirt.io/Intel": {}}}}}}
                """));
        assertThat(machines().ownedBy("web", "terraform")).isEqualTo(before);
        JsonNode cpu = machines().cpu("web");

        // When it opts out
        stage.kubectl("annotate", "vm", "web", "cpubaseline.io/skip=true");

        // Then all that was ours is gone, and all that was the owner's is as it was
        eventually(
                () -> assertThat(machines().ownedBy("web", US).isMissingNode()).isTrue());
        assertThat(machines().ownedBy("web", "terraform")).isEqualTo(before);
        assertThat(machines().cpuFields("web")).isEmpty();
        assertThat(machines().cpu("web").path("cores")).isEqualTo(cpu.path("cores"));
        assertThat(machines().labels("web")).containsOnlyKeys("team");
        assertThat(machines().nodeSelector("web")).containsOnlyKeys("kubernetes.io/os");
    }
}
