package io.cpubaseline.stories.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Installed as by default, the operator can't write virtual machines. It says so, and works as far as it can. */
class WithoutPermissionIT {
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");

    @RegisterExtension
    static final Stage stage = Stage.readOnly();

    @Test
    void asTheChartStartsItNothingIsTried() {
        // Given
        stage.homelab();
        stage.machines().create("web", "homelab");
        AuditLog.Mark before = stage.mark();
        Operator operator = stage.operator("--write-virtual-machines=false");

        // When
        stage.apply(BASELINE);

        // Then
        Seen seen = stage.await("homelab", "Stalled", "True Forbidden");
        assertThat(seen.message("Stalled")).contains("virtualMachines.write").contains("Observe");
        assertThat(seen.isPinned()).isTrue();
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));
        assertThat(operator.isLive()).isTrue();

        // When the user does without
        stage.edit("homelab", "{\"virtualMachines\": {\"mode\": \"Observe\"}}");

        // Then
        assertThat(stage.await("homelab", "Stalled", "absent").verdict("Ready")).isEqualTo("True Pinned");
    }

    @Test
    void aRoleThatIsMissingIsNamedAndLookedForPatiently() {
        // Given an operator that was told to write, by other means than the chart
        stage.homelab();
        stage.machines().create("web", "homelab");
        AuditLog.Mark before = stage.mark();
        Operator operator = stage.operator();

        // When
        stage.apply(BASELINE);

        // Then
        Seen seen = stage.await("homelab", "Stalled", "True Forbidden");
        assertThat(seen.message("Stalled"))
                .contains("cannot patch resource \"virtualmachines\"")
                .contains("virtualMachines.write");
        assertThat(seen.virtualMachines().refused()).isEqualTo(1);
        assertThat(seen.isPinned()).isTrue();
        assertThat(operator.isReady()).isTrue();

        // When the permission comes
        givePatch();

        // Then it goes on by itself, after a bounded number of tries
        seen = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(seen.verdict("Stalled")).isEqualTo("absent");
        assertThat(stage.writesSince(before).stream().filter(write -> write.contains("virtualmachines")))
                .hasSizeLessThan(20);
    }

    @Test
    void whatMayNotBeReadIsSaidByItsNameAndNothingIsWrittenMeanwhile() {
        // Given an operator that may write, but not see what runs
        stage.homelab();
        stage.machines().create("web", "homelab");
        givePatch();
        AuditLog.Mark before = stage.mark();
        editRole("remove", "");
        Operator operator = stage.operator();

        // When
        stage.apply(BASELINE);

        // Then
        Seen seen = stage.await("homelab", "Stalled", "True Forbidden");
        assertThat(seen.message("Stalled")).contains("may not read virtualmachineinstances", "Check its ClusterRole");
        assertThat(seen.verdict("VirtualMachinesAligned")).isEqualTo("Unknown Forbidden");
        assertThat(seen.isPinned()).isTrue();
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));
        assertThat(operator.isReady()).isTrue();

        // When
        editRole("add", ", \"value\": \"virtualmachineinstances\"");

        // Then it goes on by itself
        seen = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(seen.verdict("Stalled")).isEqualTo("absent");
        assertThat(stage.writesSince(before)).anyMatch(write -> write.contains("virtualmachines"));
    }

    /** Removes or adds the right to read instances in the role that the chart has made. */
    private static void editRole(String operation, String value) {
        stage.kubectl("patch", "clusterrole", Chart.RELEASE, "--type=json", "-p", """
                [{"op": "test", "path": "/rules/2/resources/0", "value": "virtualmachines"},
                 {"op": "%s", "path": "/rules/2/resources/1"%s}]""".formatted(operation, value));
    }

    private static void givePatch() {
        stage.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: may-patch}
                rules:
                - {apiGroups: [kubevirt.io], resources: [virtualmachines], verbs: [patch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: may-patch}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: may-patch}
                subjects:
                - {kind: ServiceAccount, name: %s, namespace: %s}
                """.formatted(Chart.RELEASE, Chart.NAMESPACE));
    }
}
