package io.cpubaseline.stories.pin;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Servers;
import io.cpubaseline.stories.stage.Stage;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers bought in equal parts from two suppliers, so that no fault of one vendor's CPUs ends all. Then one's are switched off. */
class DualSupplierIT {
    private static final Set<String> ALL = Set.of("intel-1", "intel-2", "amd-1", "amd-2");
    private static final Set<String> AMD = Set.of("amd-1", "amd-2");

    @RegisterExtension
    static final Stage stage = Stage.full();

    @BeforeEach
    void twoServersOfEach() {
        stage.lab().apply(Servers.of("xeon-gold-6130", "intel-1", "intel-2"));
        stage.lab().apply(Servers.of("epyc-7601-32-core", "amd-1", "amd-2"));
        stage.operator();
    }

    @Test
    void withABaselinePerVendorTheOtherVendorsMachinesLiveOn() {
        // Given the same service on both vendors, each with the most that its vendor has
        stage.machines().create("web-intel", "intel");
        stage.machines().create("web-amd", "amd");
        stage.apply(Stage.patchingVendor("intel", "Intel"));
        stage.apply(Stage.patchingVendor("amd", "AMD"));
        Seen intel = stage.awaitApplied("intel", 1);
        Seen amd = stage.awaitApplied("amd", 1);
        assertThat(intel.pinned().abiLevel()).isEqualTo("x86-64-v4");
        assertThat(amd.pinned().abiLevel()).isEqualTo("x86-64-v3");
        stage.start("web-intel", "web-amd");
        Migrations migrations = stage.migrations();
        String survivor = migrations.instanceOf("web-amd");

        // When all Intel servers are switched off
        switchOffIntel();

        // Then Intel's machine waits, for its baseline is Intel's for good
        eventually(() ->
                assertThat(migrations.whyPending("web-intel")).contains("didn't match Pod's node affinity/selector"));
        Seen seen = stage.await("intel", "PinnedSchedulable", "False NowhereSchedulable");
        assertThat(seen.verdict("Ready")).isEqualTo("False NowhereSchedulable");
        assertThat(seen.pinned()).isEqualTo(intel.pinned());

        // And AMD's runs on and can still be moved
        assertThat(migrations.instanceOf("web-amd")).isEqualTo(survivor);
        assertThat(migrations.targets("web-amd", AMD)).isEqualTo(AMD);
        assertThat(stage.settled("amd").verdict("Ready")).isEqualTo("True Pinned");

        // When they are back, then so is Intel's machine
        stage.nodes().recover("intel-1");
        migrations.awaitRunning("web-intel");
        stage.await("intel", "Ready", "True Pinned");
    }

    @Test
    void withACommonBaselineMachinesStartOnTheOtherVendor() {
        // Given
        stage.machines().create("web", "anywhere");
        stage.apply(Stage.patching("anywhere", "vendors: Mixed"));
        Seen before = stage.awaitApplied("anywhere", 1);
        assertThat(before.pinned().abiLevel()).isEqualTo("x86-64-v3");
        stage.startOn("intel-1", "web");
        Migrations migrations = stage.migrations();
        String instance = migrations.instanceOf("web");
        assertThat(migrations.targets("web", ALL)).containsExactlyInAnyOrder("intel-1", "intel-2");

        // When
        switchOffIntel();

        // Then it has to start anew, but can
        eventually(() -> assertThat(migrations.instanceOf("web")).isNotIn("", instance));
        migrations.awaitRunning("web");
        assertThat(migrations.targets("web", ALL)).isEqualTo(AMD);
        assertThat(stage.settled("anywhere").pinned()).isEqualTo(before.pinned());
    }

    private static void switchOffIntel() {
        for (String node : Set.of("intel-1", "intel-2")) {
            stage.nodes().fail(node);
            stage.nodes().outOfService(node);
        }
    }
}
