package io.cpubaseline.stories.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.lab.use.OtherBuild;
import io.cpubaseline.stories.stage.Nodes;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More than one operator, at once or one after the other: they agree, since all that they go by is in the cluster. */
class TwoOperatorsIT {
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");
    private static final int MACHINES = 20;

    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static void machines() {
        stage.homelab();
        IntStream.range(0, MACHINES).forEach(i -> stage.machines().create("vm-" + i, "homelab"));
    }

    @Test
    void twoReplicasWithoutElectionDoNotWriteAgainstEachOther() {
        // Given two that both act
        machines();
        Operator first = stage.operatorIn("operator-0", "--leader-elect=false");
        Operator second = stage.operatorIn("operator-1", "--leader-elect=false");

        agree(first, second);
    }

    @Test
    void twoInstallationsDoNotWriteAgainstEachOther() {
        // Given two releases, each with its own account and its own Lease
        machines();
        Operator first = stage.operator();
        Path account = Chart.installBeside(stage.lab(), "second", Map.of("virtualMachines.write", "true"));
        Operator second = stage.operatorBeside("second", account);

        agree(first, second);
    }

    /** What two that both act make of a baseline, its machines, and an approval. */
    private static void agree(Operator first, Operator second) {
        // When
        stage.apply(BASELINE);

        // Then every machine is changed once
        Seen applied = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(applied.virtualMachines().applied()).isEqualTo(MACHINES);
        assertThat(stage.machines().generations()).containsOnly(2L);

        // When another revision is approved
        stage.apply(Nodes.older("old"));
        String lower = stage.await("homelab", "CandidatePending", "True AwaitingApproval")
                .candidate()
                .revision();
        stage.approve("homelab", lower);

        // Then once more
        stage.await("homelab", seen -> {
            assertThat(seen.pinned().revision()).isEqualTo(lower);
            assertThat(seen.verdict("VirtualMachinesAligned")).isEqualTo("True Aligned");
            assertThat(seen.virtualMachines().applied()).isEqualTo(MACHINES);
        });
        assertThat(stage.machines().generations()).containsOnly(3L);
        assertThat(stage.settled("homelab").status().history()).hasSize(1);

        // When something else happens
        stage.apply(Stage.observing("other"));
        stage.awaitPinned("other");
        AuditLog.Mark before = stage.mark();
        stage.apply(Stage.observing("sentinel"));
        stage.awaitPinned("sentinel");

        // Then neither writes what the other has written
        assertThat(stage.writesSince(before)).allMatch(write -> write.contains("sentinel") || write.contains("events"));
        assertThat(stage.lab().auditLog().since(before).stream()
                        .filter(event -> event.user().startsWith("system:serviceaccount:second:"))
                        .filter(event -> event.isWrite() && !event.isOn("leases") && !event.isOn("events")))
                .allMatch(event -> event.name().equals("sentinel"));
        assertThat(List.of(first, second)).allMatch(Operator::isLive).allMatch(Operator::isReady);
    }

    @Test
    void anUpgradeWithAnotherCatalogMovesNoMachineAndOffersTheDifference() {
        // Given what an operator has written that does not know a feature yet
        machines();
        Path olderBuild = OtherBuild.withCatalog(
                stage.lab().directory().resolve("older"),
                "additions.csv",
                text -> text.replaceAll("(?m)^Performance,instructions,adx,.*\\n", ""));
        Operator older = stage.operatorOf(olderBuild);
        stage.apply(BASELINE);
        Seen before = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(before.pinned().requiredFeatures())
                .noneMatch(feature -> feature.name().equals("adx"));
        Map<String, String> machines = stage.machines().versions();

        // When it is upgraded
        older.stop();
        AuditLog.Mark mark = stage.mark();
        Operator newer = stage.operator();

        // Then the difference is a candidate
        Seen after = stage.await("homelab", "CandidatePending", "True AwaitingApproval");
        assertThat(after.pinned()).isEqualTo(before.pinned());
        assertThat(after.candidate().trigger()).isEqualTo("Catalog");
        assertThat(after.candidate().direction()).isEqualTo("Raise");
        assertThat(after.candidate().requiredFeatures())
                .anyMatch(feature -> feature.name().equals("adx"));
        assertThat(after.virtualMachines().applied()).isEqualTo(MACHINES);
        assertThat(stage.machines().versions()).isEqualTo(machines);
        assertThat(stage.writesSince(mark)).noneMatch(write -> write.contains("virtualmachines"));

        // When it is approved, and the operator goes back to the version before
        stage.approve("homelab", after.candidate().revision());
        stage.await("homelab", seen -> {
            assertThat(seen.pinned().revision()).isEqualTo(after.candidate().revision());
            assertThat(seen.verdict("VirtualMachinesAligned")).isEqualTo("True Aligned");
        });
        machines = stage.machines().versions();
        newer.stop();
        mark = stage.mark();
        stage.operatorOf(olderBuild);
        stage.apply(Stage.observing("sentinel"));
        stage.awaitPinned("sentinel");

        // Then what was approved stays
        Seen back = stage.settled("homelab");
        assertThat(back.pinned().revision()).isEqualTo(after.candidate().revision());
        assertThat(stage.machines().versions()).isEqualTo(machines);
        assertThat(stage.writesSince(mark)).noneMatch(write -> write.contains("virtualmachines"));
    }
}
