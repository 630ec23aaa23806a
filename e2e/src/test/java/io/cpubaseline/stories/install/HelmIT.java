package io.cpubaseline.stories.install;

import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Helm installs, upgrades, takes back and removes the operator, and waits until its deployment is ready, while a machine runs with
 * its baseline. A lab of its own: Helm brings the definition here.
 */
class HelmIT {
    @RegisterExtension
    static final Stage stage = Stage.fullWithoutChart();

    private final Release release = new Release(stage);

    @BeforeEach
    void nodesThatHaveNeverSeenTheChart() {
        release.takeAwayTheDefinitions();
        stage.homelab();
    }

    @ParameterizedTest(name = "by Helm {0}")
    @ValueSource(ints = {3, 4})
    void machinesDoNotNoticeInstallUpgradeRollbackAndUninstall(int version) throws IOException {
        release.liveAndGo(version, version);
    }
}
