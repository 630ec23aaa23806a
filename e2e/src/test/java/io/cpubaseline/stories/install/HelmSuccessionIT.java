package io.cpubaseline.stories.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Helm;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A release changes hands, from Helm 3 to Helm 4, or goes with all that it has brought. A lab of its own: Helm brings the definition here,
 * and takes it away.
 */
class HelmSuccessionIT {
    @RegisterExtension
    static final Stage stage = Stage.fullWithoutChart();

    private final Release release = new Release(stage);

    @BeforeEach
    void nodesThatHaveNeverSeenTheChart() {
        release.takeAwayTheDefinitions();
        stage.homelab();
    }

    @Test
    void machinesDoNotNoticeThatHelm4GoesOnWithWhatHelm3HasInstalled() throws IOException {
        release.liveAndGo(3, 4);
    }

    @Test
    void whoAsksHelmToTakeTheBaselinesTooKeepsTheMachines() {
        // Given
        Map<String, String> values = new TreeMap<>(Release.VALUES);
        values.put("crds.keep", "false");
        Chart.installReady(Helm.four(stage.lab()), values);
        stage.operatorOf(release.pod());
        stage.machines().create("web", "intel");
        stage.apply(Stage.patchingVendor("intel", "Intel"));
        stage.awaitApplied("intel", 1);
        stage.start("web");
        String instance = stage.migrations().instanceOf("web");
        String written = stage.machines().cpuFields("web");
        AuditLog.Mark before = stage.mark();

        // When the operator still runs
        Chart.uninstall(Helm.four(stage.lab()));

        // Then
        release.awaitNoDefinitions();
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);
        assertThat(stage.migrations().instanceOf("web")).isEqualTo(instance);
        assertThat(stage.migrations().targets("web", Release.INTEL)).isEqualTo(Release.INTEL);
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));
    }
}
