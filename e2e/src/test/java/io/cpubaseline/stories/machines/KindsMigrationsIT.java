package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.api.v1alpha1.VirtualMachineCounts;
import io.cpubaseline.stories.machines.MachineKinds.Kind;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Servers;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every kind of virtual machine at once, under KubeVirt's real webhooks and controllers, and what becomes of each: the table in
 * {@code docs/kinds-of-virtual-machines.md}.
 */
class KindsMigrationsIT {
    private static final String BASELINE = MachineKinds.BASELINE;
    private static final List<String> GATES =
            List.of("Snapshot", "WorkloadEncryptionSEV", "DecentralizedLiveMigration");
    private static final String CPU_PATH = "/spec/template/spec/domain/cpu";

    @RegisterExtension
    static final Stage stage = Stage.full();

    private static Machines machines() {
        return stage.machines();
    }

    /** Nothing keeps its finalizer, and KubeVirt is as the next story expects it. */
    @AfterEach
    void letGo() {
        for (String held : List.of("default being-deleted", "leaving of-a-namespace")) {
            String[] name = held.split(" ");
            stage.kubectl(
                    "patch",
                    "vm",
                    name[1],
                    "-n",
                    name[0],
                    "--type=merge",
                    "-p",
                    "{\"metadata\": {\"finalizers\": null}}");
        }
        gates(List.of("Snapshot"));
    }

    private static void gates(List<String> names) {
        stage.kubectl(
                "patch",
                "kubevirt",
                "kubevirt",
                "-n",
                "kubevirt",
                "--type=merge",
                "-p",
                "{\"spec\": {\"configuration\": {\"developerConfiguration\": {\"featureGates\": [\"%s\"]}}}}"
                        .formatted(String.join("\", \"", names)));
    }

    @Test
    void eachKindHasTheStateTheReasonAndTheFieldsThatThePageShows() throws IOException, InterruptedException {
        // Given all of them, on nodes of one vendor, those that run without a model yet
        stage.lab().apply(Servers.of("xeon-e5-2650-v4", "intel-1", "intel-2", "intel-3"));
        gates(List.of("Snapshot", "WorkloadEncryptionSEV", "DecentralizedLiveMigration", "VSOCK"));
        stage.apply(MachineKinds.equipment());
        List<Kind> kinds = MachineKinds.all();
        kinds.stream().filter(Kind::isCreated).forEach(KindsMigrationsIT::create);
        kinds.stream().filter(Kind::runs).forEach(kind -> stage.migrations().awaitRunning(nameOf(kind)));
        gates(GATES);
        awaitThatNoneWithVsockIsAdmitted();
        machines().applyAs("cpu-baseline.gone", "orphan", "{\"model\": \"Haswell-noTSX\"}");

        // When one has another baseline, and the others get theirs
        stage.operator("--refusal-retry=10m");
        stage.apply(Stage.patchingVendor(MachineKinds.NEIGHBOUR, "Intel")
                .replace("cpu-baseline: neighbour", "team: neighbour"));
        stage.awaitApplied(MachineKinds.NEIGHBOUR, 1);
        stage.apply(Stage.patchingVendor(BASELINE, "Intel"));
        stage.await(BASELINE, KindsMigrationsIT::assertThatNothingIsLeftToDo);
        copy();
        othersWrite();
        stage.kubectl("delete", "vm", "being-deleted", "--wait=false");
        stage.kubectl("delete", "namespace", "leaving", "--wait=false");
        stage.await(BASELINE, now -> {
            assertThatNothingIsLeftToDo(now);
            assertThat(now.machineReasons().keySet()).contains("Contended", "ExtraFeatures", "BeingDeleted", "Refused");
            assertThat(now.machineReasons().get("BeingDeleted")).hasSize(2);
            assertThat(now.virtualMachines().selected()).isEqualTo(kinds.size());
        });
        Seen seen = stage.settled(BASELINE);

        // Then each is counted once, listed once, and as the page has it
        KindsPage page = new KindsPage(stage.lab().kubeconfig(), seen, allMachines());
        VirtualMachineCounts counts = seen.virtualMachines();
        assertThat(page.states())
                .isEqualTo(Map.of(
                        "applied", (long) counts.applied(),
                        "conflicting", (long) counts.conflicting(),
                        "refused", (long) counts.refused(),
                        "skipped", (long) counts.skipped()));
        assertThat(page.listed())
                .containsExactlyInAnyOrderElementsOf(
                        kinds.stream().map(Kind::name).toList());
        assertThat(stage.kubectl("get", "vmi", "-l", "set=web", "-o", "jsonpath={.items[0].spec.domain.cpu.model}"))
                .as("an instance of a replica set, which no VirtualMachine owns")
                .isEqualTo("host-model");
        page.assertThatItShows(kinds);
    }

    private static void create(Kind kind) {
        if (!kind.name().startsWith("default/")) {
            stage.apply(kind.manifest());
        } else if (kind.name().equals("default/imported") || kind.name().equals("default/adopted")) {
            machines().createAs("forklift-controller", kind.manifest());
        } else {
            // A gate is open a moment after it was set.
            eventually(() -> machines().create(kind.manifest()));
        }
    }

    private static String nameOf(Kind kind) {
        return kind.name().substring(kind.name().indexOf('/') + 1);
    }

    private static void awaitThatNoneWithVsockIsAdmitted() {
        eventually(() -> assertThatThrownBy(() -> stage.kubectl(
                        "patch",
                        "vm",
                        "refused",
                        "--dry-run=server",
                        "--type=merge",
                        "-p",
                        "{\"spec\": {\"template\": {\"spec\": {\"terminationGracePeriodSeconds\": 7}}}}"))
                .hasMessageContaining("VSOCK"));
    }

    private static void assertThatNothingIsLeftToDo(Seen now) {
        assertThat(now.virtualMachines().selected()).isPositive();
        assertThat(now.virtualMachines().pending()).isZero();
    }

    /** KubeVirt copies one that has the baseline, in two ways. */
    private static void copy() {
        stage.apply("""
                apiVersion: snapshot.kubevirt.io/v1beta1
                kind: VirtualMachineSnapshot
                metadata: {name: before, namespace: default}
                spec: {source: {apiGroup: kubevirt.io, kind: VirtualMachine, name: plain}}
                ---
                apiVersion: clone.kubevirt.io/v1beta1
                kind: VirtualMachineClone
                metadata: {name: twice, namespace: default}
                spec:
                  source: {apiGroup: kubevirt.io, kind: VirtualMachine, name: plain}
                  target: {apiGroup: kubevirt.io, kind: VirtualMachine, name: clone}
                """);
        eventually(() -> assertThat(stage.kubectl("get", "vmsnapshot", "before", "-o", "jsonpath={.status.readyToUse}"))
                .isEqualTo("true"));
        stage.apply("""
                apiVersion: snapshot.kubevirt.io/v1beta1
                kind: VirtualMachineRestore
                metadata: {name: again, namespace: default}
                spec:
                  target: {apiGroup: kubevirt.io, kind: VirtualMachine, name: restored}
                  virtualMachineSnapshotName: before
                """);
    }

    /** What users and programs do to those that have the baseline. */
    private static void othersWrite() {
        machines().applyAs("gitops", "forced-away", "{\"model\": \"Nehalem\"}");
        stage.kubectl(
                "patch",
                "vm",
                "extra-feature",
                "--type=json",
                "-p",
                "[{\"op\": \"add\", \"path\": \"%s/features/-\", \"value\": {\"name\": \"invtsc\", \"policy\": \"disable\"}}]"
                        .formatted(CPU_PATH));
        for (int loss = 0; loss < 3; loss++) {
            eventually(() -> assertThat(machines().cpuFields("contended")).isNotEmpty());
            stage.kubectl(
                    "patch",
                    "vm",
                    "contended",
                    "--type=json",
                    "-p",
                    "[{\"op\": \"replace\", \"path\": \"%s\", \"value\": {\"cores\": 2}}]".formatted(CPU_PATH));
        }
    }

    private static JsonNode allMachines() throws IOException {
        return new ObjectMapper().readTree(stage.kubectl("get", "vm", "-A", "--show-managed-fields", "-o", "json"));
    }
}
