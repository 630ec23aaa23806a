package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node dies with machines on it: what a baseline covers starts elsewhere. */
class HighAvailabilityIT {
    @RegisterExtension
    static final Stage stage = Stage.full();

    @Test
    void machinesOfALostNodeStartWhereTheBaselineLetsThemAndOneWithMoreWaits() {
        // Given two machines on the newest node: one with the baseline of both AMD nodes, one with what only this node
        // has
        stage.homelab();
        stage.machines().create("db", "amd");
        stage.machines()
                .create(Machines.manifest("newest", "nobody")
                        .replace(
                                "{cores: 2}",
                                "{cores: 2, model: EPYC-Rome, features: [{name: avx512f, policy: require}]}"));
        stage.operator();
        stage.apply(Stage.patchingVendor("amd", "AMD"));
        Seen before = stage.awaitApplied("amd", 1);
        stage.startOn("prox04", "db", "newest");
        Migrations migrations = stage.migrations();
        String instance = migrations.instanceOf("db");

        // When the node is lost, then nothing is known of it any more: which moves no pin
        stage.nodes().fail("prox04");
        Seen seen = stage.await(
                "amd", now -> assertThat(now.nodeReasons()).containsOnly(Map.entry("NotReady", List.of("prox04"))));
        assertThat(seen.pinned()).isEqualTo(before.pinned());
        assertThat(seen.hasCandidate()).isFalse();

        // When its administrator has made sure that it is off
        stage.nodes().outOfService("prox04");

        // Then the one starts on the other node, and the other nowhere
        eventually(() -> assertThat(migrations.instanceOf("db")).isNotIn("", instance));
        migrations.awaitRunning("db");
        assertThat(migrations.nodeOf("db")).isEqualTo("prox03");
        eventually(() -> assertThat(migrations.whyPending("newest"))
                .contains("0/7 nodes are available", "didn't match Pod's node affinity/selector"));

        // When the node is back, then there is room for both
        stage.nodes().recover("prox04");
        migrations.awaitRunning("newest");
        seen = stage.await("amd", now -> assertThat(now.nodes().contributing()).isEqualTo(2));
        assertThat(seen.pinned()).isEqualTo(before.pinned());
        assertThat(migrations.targets("db", Set.of("prox03", "prox04"))).containsExactlyInAnyOrder("prox03", "prox04");
    }
}
