package io.cpubaseline.stories.pin;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.stories.stage.Nodes;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A baseline whose status is gone, since it was deleted and created again, while its virtual machines are what they were. */
class LostStatusIT {
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @Test
    void whatAllVirtualMachinesCarryIsThePinAgain() {
        // Given nodes that would give less by now
        PinnedBaseline before = applied("web", "db");
        Map<String, String> untouched = stage.machines().versions();
        AuditLog.Mark mark = stage.mark();
        stage.lab().apply(Nodes.older("old"));
        String lower = stage.await("homelab", "CandidatePending", "True AwaitingApproval")
                .candidate()
                .revision();

        // When
        stage.kubectl("delete", "ccb", "homelab");
        stage.apply(BASELINE);

        // Then
        Seen seen = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(seen.pinned().revision()).isEqualTo(before.revision());
        assertThat(seen.pinned().abiLevel()).isEqualTo(before.abiLevel());
        assertThat(seen.pinned().requiredFeatures()).isEqualTo(before.requiredFeatures());
        assertThat(seen.candidate().revision()).isEqualTo(lower);
        assertThat(seen.virtualMachines().applied()).isEqualTo(2);
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event -> event.startsWith("PinRecovered:")));
        assertThat(stage.machines().versions()).isEqualTo(untouched);
        assertThat(stage.writesSince(mark)).noneMatch(write -> write.contains("virtualmachines"));
    }

    @Test
    void ofTwoThatVirtualMachinesCarryNoneIsGuessed() {
        // Given
        PinnedBaseline before = applied("web", "db", "mail");
        stage.kubectl("delete", "ccb", "homelab");
        stage.machines().applyAs("cpu-baseline.homelab", "db", "{model: Nehalem}");
        Map<String, String> untouched = stage.machines().versions();
        AuditLog.Mark mark = stage.mark();

        // When
        stage.apply(BASELINE);

        // Then
        Seen seen = stage.await("homelab", "Ready", "False PinUnknown");
        assertThat(seen.verdict("Stalled")).isEqualTo("True PinUnknown");
        assertThat(seen.isPinned()).isFalse();
        assertThat(seen.message("Ready"))
                .contains(before.revision() + " (2), Nehalem-")
                .contains("kubectl patch ccb homelab --type merge -p '{\"spec\":{\"approvedRevision\":\""
                        + before.revision() + "\"}}'");

        // And while another baseline's virtual machine is written, these are left alone
        stage.machines().create("other", "sentinel");
        stage.apply(Stage.patching("sentinel", "vendors: Mixed"));
        stage.awaitApplied("sentinel", 1);
        assertThat(stage.machines().versions()).containsAllEntriesOf(untouched);
        assertThat(stage.writesSince(mark).stream().filter(write -> write.contains("virtualmachines")))
                .containsOnly("patch virtualmachines default/other");

        // When
        stage.approve("homelab", before.revision());

        // Then
        seen = stage.awaitApplied("homelab", 3);
        assertThat(seen.pinned().revision()).isEqualTo(before.revision());
        assertThat(seen.verdict("ApprovalAccepted")).isEqualTo("True Approved");
        assertThat(stage.machines().cpuFields("db")).isEqualTo(stage.machines().cpuFields("web"));
    }

    private static PinnedBaseline applied(String... names) {
        stage.homelab();
        List.of(names).forEach(name -> stage.machines().create(name, "homelab"));
        stage.operator();
        stage.apply(BASELINE);
        return stage.awaitApplied("homelab", names.length).pinned();
    }
}
