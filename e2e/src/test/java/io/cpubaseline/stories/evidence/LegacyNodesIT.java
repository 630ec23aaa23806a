package io.cpubaseline.stories.evidence;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Servers;
import io.cpubaseline.stories.stage.Stage;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The oldest servers build software from now on: they leave the selection by a label, and the rest could do more. */
class LegacyNodesIT {
    private static final Set<String> NEW = Set.of("new-1", "new-2");
    private static final Set<String> ALL = Set.of("new-1", "new-2", "old-1", "old-2");

    @RegisterExtension
    static final Stage stage = Stage.full();

    @Test
    void whatTheOthersCouldHaveIsForTheUserToTake() {
        // Given two generations
        stage.lab().apply(Servers.of("xeon-e5-2650-v4", "old-1", "old-2"));
        stage.lab().apply(Servers.of("xeon-gold-6130", "new-1", "new-2"));
        stage.machines().create("web", "servers");
        stage.operator();
        stage.apply(Stage.patching(
                "servers", "nodeSelector: {matchExpressions: [{key: purpose, operator: NotIn, values: [builds]}]}"));
        Seen before = stage.awaitApplied("servers", 1);
        assertThat(before.pinned().abiLevel()).isEqualTo("x86-64-v3");
        stage.startOn("old-1", "web");
        Migrations migrations = stage.migrations();
        String instance = migrations.instanceOf("web");
        String written = stage.machines().cpuFields("web");

        // When
        stage.kubectl("label", "node", "old-1", "old-2", "purpose=builds");

        // Then more is possible, and nothing happens
        Seen seen = stage.await("servers", now -> assertThat(now.hasCandidate()).isTrue());
        assertThat(seen.candidate().direction()).isEqualTo("Raise");
        assertThat(seen.candidate().abiLevel()).isEqualTo("x86-64-v4");
        assertThat(seen.nodes().selected()).isEqualTo(2);
        assertThat(seen.pinned()).isEqualTo(before.pinned());
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);

        // And the machine leaves the old server without a restart
        assertThat(migrations.targets("web", NEW)).isEqualTo(NEW);
        assertThat(migrations.instanceOf("web")).isEqualTo(instance);

        // When the user takes it, then the running machine keeps what it has, and can still go back
        stage.edit("servers", "{\"approvedRevision\": \"" + seen.candidate().revision() + "\"}");
        seen = stage.await(
                "servers",
                now -> assertThat(now.virtualMachines().pendingRestart()).isEqualTo(1));
        assertThat(seen.pinned().abiLevel()).isEqualTo("x86-64-v4");
        assertThat(seen.verdict("PinnedSchedulable")).isEqualTo("True Everywhere");
        assertThat(migrations.instanceOf("web")).isEqualTo(instance);
        assertThat(migrations.migrateTo("web", "old-2").target()).contains("old-2");

        // When it is started anew, then it has more, and the old servers are none for it
        stage.machines().runStrategy("web", "Halted");
        eventually(() -> assertThat(migrations.instanceOf("web")).isEmpty());
        stage.start("web");
        assertThat(stage.machines().cpuFields("web")).startsWith(seen.pinned().cpuModel());
        assertThat(migrations.targets("web", ALL)).isEqualTo(NEW);
        stage.await(
                "servers",
                now -> assertThat(now.virtualMachines().pendingRestart()).isZero());
    }
}
