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

    @Test
    void aCloneAndARestoreAreTakenBack() {
        // Given a machine with the baseline, and a snapshot of it
        stage.homelab();
        stage.kubectl(
                "patch",
                "kubevirt",
                "kubevirt",
                "-n",
                "kubevirt",
                "--type=merge",
                "-p",
                "{\"spec\": {\"configuration\": {\"developerConfiguration\": {\"featureGates\": [\"Snapshot\"]}}}}");
        machines().create("web", "intel");
        stage.operator();
        stage.apply(Stage.patchingVendor("intel", "Intel"));
        stage.awaitApplied("intel", 1);
        String written = machines().cpuFields("web");
        stage.apply("""
                apiVersion: snapshot.kubevirt.io/v1beta1
                kind: VirtualMachineSnapshot
                metadata: {name: before, namespace: default}
                spec: {source: {apiGroup: kubevirt.io, kind: VirtualMachine, name: web}}
                """);
        eventually(() -> assertThat(stage.kubectl("get", "vmsnapshot", "before", "-o", "jsonpath={.status.readyToUse}"))
                .isEqualTo("true"));

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
}
