package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Fields that other programs own and that a baseline makes its own: models that were set at an import, and copies that restores and backups have
 * written. The programs are played by writes as they send them.
 */
class TakingOverIT {
    private static final String BASELINE = "intel";
    private static final String US = "cpu-baseline.intel";
    private static final String ADOPT = "cpubaseline.io/adopt";
    private static final Map<String, String> CONFINED = Map.of("cpu-vendor.node.kubevirt.io/Intel", "true");

    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static Machines machines() {
        return stage.machines();
    }

    private static void imported(String name) {
        machines()
                .createAs(
                        "forklift-controller",
                        Machines.running(name, BASELINE, "model: Haswell-noTSX").replace("Always", "Halted"));
    }

    /** What KubeVirt's controller writes when it restores or clones this one under another name (1.8.4: seen). */
    private static void restore(String original, String copy, String manager, String annotations) {
        StringBuilder labels = new StringBuilder();
        machines().labels(original).forEach((key, value) -> labels.append(key + ": " + value + ", "));
        StringBuilder nodes = new StringBuilder();
        machines().nodeSelector(original).forEach((key, value) -> nodes.append(key + ": \"" + value + "\", "));
        machines()
                .createAs(
                        manager,
                        Machines.manifest(copy, BASELINE)
                                .replace(
                                        "  namespace:",
                                        "  labels: {%s}\n  annotations: {%s}\n  namespace:"
                                                .formatted(labels, annotations))
                                .replace("      domain:", "      nodeSelector: {%s}\n      domain:".formatted(nodes))
                                .replace("cpu: {cores: 2}", "cpu: " + machines().cpu(original)));
    }

    @Test
    void aModelOfAnImportIsAdoptedWhereAnAnnotationSaysSo() {
        // Given
        stage.homelab();
        machines().create("web", BASELINE);
        imported("imported");
        imported("contradicting");
        machines()
                .patch(
                        "contradicting",
                        "forklift-controller",
                        "{\"spec\": {\"template\": {\"spec\": {\"domain\": {\"cpu\": {\"features\": [{\"name\": \"avx\", \"policy\": \"disable\"}]}}}}}}");
        stage.operator();
        stage.apply(Stage.patchingVendor(BASELINE, "Intel"));
        Seen seen = stage.await(BASELINE, "VirtualMachinesAligned", "False Conflicting");
        assertThat(seen.machineReasons())
                .containsOnly(Map.entry("Conflicting", List.of("default/contradicting", "default/imported")));

        // When
        for (String name : List.of("imported", "contradicting")) {
            stage.kubectl("annotate", "vm", name, ADOPT + "=true");
        }

        // Then
        stage.awaitApplied(BASELINE, 2);
        String written = machines().cpuFields("web");
        assertThat(machines().cpuFields("imported")).isEqualTo(written);
        assertThat(machines().owners("imported"))
                .containsEntry(US, List.of("features", "model"))
                .containsEntry("forklift-controller", List.of("cores"));
        assertThat(machines().nodeSelector("imported")).isEqualTo(CONFINED);
        assertThat(machines().cpuFields("contradicting")).isEqualTo("Haswell-noTSX avx=disable");

        // When it is given back
        stage.kubectl("annotate", "vm", "imported", "cpubaseline.io/skip=true");

        // Then nothing of either is left
        eventually(() -> assertThat(machines().cpuFields("imported")).isEmpty());
        assertThat(machines().ownedBy("imported", US).isMissingNode()).isTrue();
        assertThat(machines().cpu("imported").path("cores").asInt()).isEqualTo(2);
    }

    @Test
    void anImportInANamespaceThatSaysSoIsAdoptedToo() {
        // Given
        stage.homelab();
        imported("imported");
        stage.operator();
        stage.apply(Stage.patchingVendor(BASELINE, "Intel"));
        stage.await(BASELINE, "VirtualMachinesAligned", "False Conflicting");
        try {
            // When
            stage.kubectl("annotate", "namespace", "default", ADOPT + "=true");

            // Then
            stage.await(BASELINE, "VirtualMachinesAligned", "True Aligned");
            assertThat(machines().owners("imported")).containsEntry(US, List.of("features", "model"));
        } finally {
            stage.kubectl("annotate", "namespace", "default", ADOPT + "-");
        }
    }

    @Test
    void whatARestoreHasCopiedIsTakenBackAndCanBeReleased() {
        // Given
        stage.homelab();
        machines().create("web", BASELINE);
        stage.operator("--trusted-managers=backup-server,other");
        stage.apply(Stage.patchingVendor(BASELINE, "Intel"));
        stage.awaitApplied(BASELINE, 1);
        String written = machines().cpuFields("web");
        String restored = "restore.kubevirt.io/lastRestoreUID: tmp-restore-7";
        AuditLog.Mark before = stage.mark();

        // When copies come by KubeVirt, by a tool of the configuration, and by anybody with the labels
        restore("web", "clone", "virt-controller", restored);
        restore("web", "backup", "backup-server", "");
        restore("web", "copy", "kubectl-create", "");

        // Then they are the baseline's alone, and nothing in them has changed
        for (String name : List.of("clone", "backup", "copy")) {
            eventually(() -> assertThat(machines().owners(name)).containsEntry(US, List.of("features", "model")));
            eventually(() -> assertThat(
                            machines().owners(name).values().stream().filter(fields -> fields.contains("model")))
                    .hasSize(1));
            assertThat(machines().cpuFields(name)).isEqualTo(written);
            assertThat(machines().generation(name)).isEqualTo(1);
            assertThat(stage.events("VirtualMachine", name)).noneMatch(event -> event.startsWith("Conflicting"));
        }
        assertThat(stage.awaitApplied(BASELINE, 4).virtualMachines().conflicting())
                .isZero();
        assertThat(stage.writesSince(before).stream().filter(write -> write.contains("virtualmachines")))
                .as("an apply and a patch of managedFields each")
                .containsExactlyInAnyOrder(
                        "patch virtualmachines default/clone",
                        "patch virtualmachines default/clone",
                        "patch virtualmachines default/backup",
                        "patch virtualmachines default/backup",
                        "patch virtualmachines default/copy",
                        "patch virtualmachines default/copy");
        JsonNode owned = machines().ownedBy("web", US);
        for (String name : List.of("clone", "backup", "copy")) {
            assertThat(machines().ownedBy(name, US)).as(name).isEqualTo(owned);
        }

        // When one is given back
        stage.kubectl("annotate", "vm", "clone", "cpubaseline.io/skip=true");

        // Then nothing of ours is left
        eventually(() -> assertThat(machines().cpuFields("clone")).isEmpty());
        assertThat(machines().nodeSelector("clone")).isEmpty();
        assertThat(machines().labels("clone").keySet()).noneMatch(label -> label.startsWith("cpubaseline.io/"));
        assertThat(machines().ownedBy("clone", US).isMissingNode()).isTrue();
    }

    /** By these words the operator knows that a virtual machine has changed while it was taken over, and tries again: another 422 is a refusal. */
    @Test
    void aPatchForAnOlderVersionIsAnsweredByTheWordsThatTheOperatorKnows() {
        // Given
        machines().create("web", BASELINE);

        // When it is sent with a version that the machine had before
        AbstractThrowableAssert<?, ? extends Throwable> answer = assertThatThrownBy(
                () -> stage.lab()
                        .client()
                        .genericKubernetesResources("kubevirt.io/v1", "VirtualMachine")
                        .inNamespace("default")
                        .withName("web")
                        .patch(
                                PatchContext.of(PatchType.JSON),
                                "[{\"op\": \"test\", \"path\": \"/metadata/resourceVersion\", \"value\": \"1\"}, {\"op\": \"remove\", \"path\": \"/metadata/labels\"}]"));

        // Then
        answer.isInstanceOfSatisfying(KubernetesClientException.class, refused -> {
            assertThat(refused.getCode()).isEqualTo(422);
            assertThat(refused.getStatus().getMessage())
                    .isEqualTo("the server rejected our request due to an error in our request");
        });
    }

    @Test
    void aBackupOfAnEarlierRevisionIsTakenBackAndBroughtToThePin() {
        // Given a backup of before the pin moved
        stage.homelab();
        machines().create("web", BASELINE);
        stage.operator();
        stage.apply(Stage.patchingVendor(BASELINE, "Intel"));
        stage.awaitApplied(BASELINE, 1);
        restore("web", "backup", "kubectl-create", "cpubaseline.io/skip: \"true\"");
        stage.edit(BASELINE, "{\"features\": {\"exclude\": [\"vaes\"]}}");
        String next = stage.await(BASELINE, "CandidatePending", "True AwaitingApproval")
                .candidate()
                .revision();
        stage.approve(BASELINE, next);
        eventually(() -> assertThat(machines().labels("web")).containsEntry("cpubaseline.io/revision", next));

        // When it counts again
        stage.kubectl("annotate", "vm", "backup", "cpubaseline.io/skip-");

        // Then
        eventually(() ->
                assertThat(machines().cpuFields("backup")).isEqualTo(machines().cpuFields("web")));
        assertThat(machines().labels("backup")).containsEntry("cpubaseline.io/revision", next);
        assertThat(machines().owners("backup")).containsEntry(US, List.of("features", "model"));
        stage.await(BASELINE, "VirtualMachinesAligned", "True Aligned");
    }
}
