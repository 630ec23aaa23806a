package io.cpubaseline.stories.evidence;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Servers;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clusters that people have: of one vendor, of two, with nothing in common, with another architecture in between. */
class ClusterKindsIT {
    @RegisterExtension
    static final Stage stage = Stage.full();

    @Test
    void generationsOfOneVendorGetAModelOfThatVendorAndMigrateAcrossAll() {
        // Given Broadwell, Skylake and Cascade Lake
        stage.lab().apply(Servers.of("xeon-e5-2650-v4", "broadwell"));
        stage.lab().apply(Servers.of("xeon-gold-6130", "skylake"));
        stage.lab().apply(Servers.of("xeon-platinum-8268", "cascadelake"));
        stage.machines().create("web", "servers");
        stage.operator();

        // When
        stage.apply(Stage.patching("servers", "vendors: Single"));

        // Then
        Seen seen = stage.awaitApplied("servers", 1);
        assertThat(seen.pinned().cpuModel()).isEqualTo("Broadwell-noTSX");
        assertThat(seen.pinned().abiLevel()).isEqualTo("x86-64-v3");
        assertThat(seen.verdict("MigrationPossible")).isEqualTo("True Possible");
        stage.start("web");
        Set<String> all = Set.of("broadwell", "skylake", "cascadelake");
        assertThat(stage.migrations().targets("web", all)).isEqualTo(all);
    }

    @Test
    void twoVendorsGetNoAnswerUntilTheUserSaysWhich() {
        // Given
        stage.lab().apply(Servers.of("xeon-gold-6130", "intel-1", "intel-2"));
        stage.lab().apply(Servers.of("epyc-7601-32-core", "amd-1", "amd-2"));
        stage.machines().create("web", "servers");
        stage.operator();

        // When the baseline does not say anything of vendors
        stage.apply(Stage.patching("servers", "vendors: Single"));

        // Then the machine is as it was, and the status has what each vendor could have
        Seen seen = stage.await("servers", "Ready", "False VendorsMixed");
        assertThat(seen.verdict("Stalled")).isEqualTo("True VendorsMixed");
        assertThat(seen.isPinned()).isFalse();
        assertThat(stage.machines().cpuFields("web")).isEmpty();
        assertThat(seen.message("Ready")).contains("vendors: Mixed");

        // When the user wants to start it anywhere
        stage.edit("servers", "{\"vendors\": \"Mixed\"}");

        // Then it can start on all four, and move within the vendor where it runs
        seen = stage.awaitApplied("servers", 1);
        assertThat(seen.nodes().schedulable()).isEqualTo(4);
        assertThat(seen.pinned().cpuModel()).isEqualTo("SandyBridge");
        assertThat(seen.pinned().abiLevel()).isEqualTo("x86-64-v3");
        stage.startOn("intel-1", "web");
        assertThat(stage.migrations().targets("web", Set.of("intel-1", "intel-2", "amd-1", "amd-2")))
                .containsExactlyInAnyOrder("intel-1", "intel-2");
    }

    @Test
    void whereNoModelRunsEverywhereMachinesStayAsTheyAre() {
        // Given servers between which lie thirteen years: the older one knows no model that KubeVirt still offers
        stage.lab().apply(Servers.of("xeon-platinum-8268", "new-1", "new-2"));
        stage.lab().apply(Servers.of("xeon-5110", "old"));
        stage.machines().create("web", "servers");
        stage.startOn("new-1", "web");
        String instance = stage.migrations().instanceOf("web");
        stage.operator();

        // When
        stage.apply(Stage.patching("servers", "vendors: Single"));

        // Then it says so, and who is in the way of what
        Seen seen = stage.await("servers", "Ready", "False NoCommonModel");
        assertThat(seen.verdict("Stalled")).isEqualTo("True NoCommonModel");
        assertThat(seen.status().limits())
                .isNotEmpty()
                .allSatisfy(limit -> assertThat(limit.examples()).contains("old"));
        assertThat(stage.machines().cpuFields("web")).isEmpty();
        assertThat(stage.migrations().instanceOf("web")).isEqualTo(instance);
        assertThat(stage.migrations().phase("web")).isEqualTo("Running");

        // When the user gives up the old one
        stage.edit("servers", "{\"abiLevel\": {\"minimum\": \"x86-64-v2\"}}");

        // Then the others have all that they can
        seen = stage.awaitApplied("servers", 1);
        assertThat(seen.nodeReasons()).containsOnly(Map.entry("BelowMinimum", List.of("old")));
        assertThat(seen.pinned().abiLevel()).isEqualTo("x86-64-v4");
        assertThat(stage.migrations().instanceOf("web")).isEqualTo(instance);
        stage.machines().runStrategy("web", "Halted");
        eventually(() -> assertThat(stage.migrations().instanceOf("web")).isEmpty());
        stage.start("web");
        assertThat(stage.migrations().targets("web", Set.of("new-1", "new-2", "old")))
                .containsExactlyInAnyOrder("new-1", "new-2");
    }

    @Test
    void aNodeOfAnotherArchitectureIsLeftOut() {
        // Given
        stage.lab().apply(Servers.of("epyc-7601-32-core", "amd-1", "amd-2"));
        stage.operator();
        stage.machines().create("web", "servers");
        stage.apply(Stage.patching("servers", "vendors: Single"));
        Seen before = stage.awaitApplied("servers", 1);

        // When
        stage.lab().apply(Servers.arm("arm"));

        // Then it counts nowhere
        Seen after = stage.settled("servers");
        assertThat(after.nodes()).isEqualTo(before.nodes());
        assertThat(after.nodes().selected()).isEqualTo(2);
        assertThat(after.pinned()).isEqualTo(before.pinned());
        assertThat(after.hasCandidate()).isFalse();
        assertThat(after.verdict("EvidenceComplete")).isEqualTo("True Complete");

        // When there is room on no other, then the machine waits
        stage.kubectl("cordon", "amd-1", "amd-2");
        stage.machines().runStrategy("web", "Always");
        eventually(() -> assertThat(stage.migrations().whyPending("web"))
                .contains("2 node(s) were unschedulable", "1 node(s) didn't match Pod's node affinity/selector"));

        // When there is, then it runs, and never goes there
        stage.kubectl("uncordon", "amd-1", "amd-2");
        stage.migrations().awaitRunning("web");
        Migrations.Outcome there = stage.migrations().migrateTo("web", "arm");
        assertThat(there.result()).as(there.toString()).isEqualTo(Migrations.Result.NO_TARGET);
        assertThat(stage.migrations().targets("web", Set.of("amd-1", "amd-2")))
                .containsExactlyInAnyOrder("amd-1", "amd-2");
    }

    @Test
    void aBaselineOverNothingButAnotherArchitectureHasNoAnswer() {
        // Given
        stage.lab().apply(Servers.arm("arm"));
        stage.operator();

        // When
        stage.apply(Stage.observing("servers"));

        // Then
        Seen seen = stage.await("servers", "Ready", "False NoContributingNodes");
        assertThat(seen.message("Ready")).contains("No amd64 node");
        assertThat(seen.nodes().selected()).isZero();
    }
}
