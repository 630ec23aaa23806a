package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What KubeVirt's own controllers clone and restore, under its real webhooks: the copies are the baseline's again. */
class ClonesMigrationsIT {
    private static final String US = "cpu-baseline.intel";

    @RegisterExtension
    static final Stage stage = Stage.full();

    private static Machines machines() {
        return stage.machines();
    }

    /** The model has one owner, the baseline. */
    private static void isOursAlone(String name) {
        eventually(() -> {
            assertThat(machines().owners(name)).containsEntry(US, List.of("features", "model"));
            assertThat(machines().owners(name).values())
                    .filteredOn(fields -> fields.contains("model"))
                    .hasSize(1);
        });
    }

    /** Of the machine {@code web}; returns when it can be restored. */
    private static void takeSnapshot(String name) {
        stage.apply("""
                apiVersion: snapshot.kubevirt.io/v1beta1
                kind: VirtualMachineSnapshot
                metadata: {name: %s, namespace: default}
                spec: {source: {apiGroup: kubevirt.io, kind: VirtualMachine, name: web}}
                """.formatted(name));
        eventually(() -> assertThat(stage.kubectl("get", "vmsnapshot", name, "-o", "jsonpath={.status.readyToUse}"))
                .isEqualTo("true"));
    }

    /** What KubeVirt's controller makes of the machine {@code web} itself; returns when that is done. */
    private static void restoreInPlace(String name, String snapshot) {
        stage.apply("""
                apiVersion: snapshot.kubevirt.io/v1beta1
                kind: VirtualMachineRestore
                metadata: {name: %s, namespace: default}
                spec:
                  target: {apiGroup: kubevirt.io, kind: VirtualMachine, name: web}
                  virtualMachineSnapshotName: %s
                """.formatted(name, snapshot));
        eventually(() -> assertThat(stage.kubectl("get", "vmrestore", name, "-o", "jsonpath={.status.complete}"))
                .isEqualTo("true"));
    }

    @Test
    void aCloneAndARestoreAreTakenBack() {
        // Given a machine with the baseline, and a snapshot of it
        stage.homelab();
        machines().create("web", "intel");
        stage.operator();
        stage.apply(Stage.patchingVendor("intel", "Intel"));
        stage.awaitApplied("intel", 1);
        String written = machines().cpuFields("web");
        takeSnapshot("before");

        // When KubeVirt restores it under another name, and clones it
        stage.apply("""
                apiVersion: snapshot.kubevirt.io/v1beta1
                kind: VirtualMachineRestore
                metadata: {name: again, namespace: default}
                spec:
                  target: {apiGroup: kubevirt.io, kind: VirtualMachine, name: restored}
                  virtualMachineSnapshotName: before
                """);
        stage.apply("""
                apiVersion: clone.kubevirt.io/v1beta1
                kind: VirtualMachineClone
                metadata: {name: twice, namespace: default}
                spec:
                  source: {apiGroup: kubevirt.io, kind: VirtualMachine, name: web}
                  target: {apiGroup: kubevirt.io, kind: VirtualMachine, name: clone}
                """);

        // Then both carry the baseline, and it alone owns that
        stage.awaitApplied("intel", 3);
        for (String name : List.of("restored", "clone")) {
            isOursAlone(name);
            assertThat(machines().cpuFields(name)).isEqualTo(written);
            assertThat(machines().ownedBy(name, US)).isEqualTo(machines().ownedBy("web", US));
        }

        // When one of them is given back
        stage.kubectl("annotate", "vm", "restored", "cpubaseline.io/skip=true");

        // Then nothing of it stays
        eventually(() -> assertThat(machines().cpuFields("restored")).isEmpty());
        assertThat(machines().nodeSelector("restored")).isEmpty();
    }

    @Test
    void aRestoreOntoTheSameMachineIsTakenBackAndFollowsThePin() {
        // Given a machine with the baseline, and a snapshot of it
        stage.homelab();
        machines().create("web", "intel");
        stage.operator();
        stage.apply(Stage.patchingVendor("intel", "Intel"));
        stage.awaitApplied("intel", 1);
        String written = machines().cpuFields("web");
        takeSnapshot("same-pin");

        // When it has been changed, and is restored
        machines()
                .patch(
                        "web",
                        "kubectl-edit",
                        "{\"spec\": {\"template\": {\"spec\": {\"domain\": {\"cpu\": {\"cores\": 3}}}}}}");
        restoreInPlace("same-pin", "same-pin");

        // Then what is the user's is as it was, and what is ours has one owner
        eventually(() -> assertThat(machines().cpu("web").path("cores").asInt()).isEqualTo(2));
        isOursAlone("web");
        assertThat(machines().cpuFields("web")).isEqualTo(written);
        assertThat(stage.awaitApplied("intel", 1).machineReasons()).doesNotContainKey("Conflicting");

        // When the pin has moved meanwhile, and what was before is restored
        stage.edit("intel", "{\"abiLevel\": {\"maximum\": \"x86-64-v2\"}}");
        String lower = stage.await(
                        "intel", seen -> assertThat(seen.hasCandidate()).isTrue())
                .candidate()
                .revision();
        stage.approve("intel", lower);
        eventually(() -> assertThat(machines().labels("web")).containsEntry("cpubaseline.io/revision", lower));
        String lowered = machines().cpuFields("web");
        assertThat(lowered).isNotEqualTo(written);
        restoreInPlace("earlier-pin", "same-pin");

        // Then it follows the pin again
        eventually(() -> assertThat(machines().cpuFields("web")).isEqualTo(lowered));
        isOursAlone("web");
        assertThat(machines().labels("web")).containsEntry("cpubaseline.io/revision", lower);
        assertThat(stage.awaitApplied("intel", 1).machineReasons()).doesNotContainKey("Conflicting");
        assertThat(stage.events("VirtualMachine", "web")).noneMatch(event -> event.contains("Conflicting"));

        // When it is given back
        stage.kubectl("annotate", "vm", "web", "cpubaseline.io/skip=true");

        // Then nothing of it stays
        eventually(() -> assertThat(machines().cpuFields("web")).isEmpty());
        assertThat(machines().nodeSelector("web")).isEmpty();
    }
}
