package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Migrations.Result;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Servers;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mode Admission: virtual machines stay as they are, and their instances start with the baseline. The chart's policy acts in the API server, before
 * KubeVirt's own webhooks.
 */
class AdmissionMigrationsIT {
    private static final String POLICY = "cpu-baseline";
    private static final String ADMITTING = Stage.admitting("web", "vendors: Single");
    private static final String HOST_MODEL = "host-model";

    @TempDir
    static Path directory;

    /** The manifest of an instance that is created for a try, and never stored. */
    private static Path instance = Path.of("");

    @RegisterExtension
    static final Stage stage = Stage.full(Map.of("virtualMachines.write", "true", "admission.enabled", "true"));

    @BeforeEach
    void servers() {
        stage.lab().apply(Servers.of("xeon-e5-2650-v4", "intel-1", "intel-2", "intel-3"));
    }

    private static Machines machines() {
        return stage.machines();
    }

    private static void startOperator() {
        stage.operator("--admission-policy=" + POLICY);
    }

    /** A machine that starts as soon as it is there. */
    private static void create(String name, String cpu) {
        machines().create(manifest(name, cpu));
    }

    private static String manifest(String name, String cpu) {
        return Machines.manifest(name, "web")
                .replace("Halted", "Always")
                .replace("cpu: {cores: 2}", cpu)
                .replace("4Gi", "256Mi");
    }

    private static Seen bound() {
        stage.awaitPinned("web");
        Seen seen = stage.await("web", "AdmissionActive", "True PolicyBound");
        awaitGiven(seen.pinned().cpuModel());
        return seen;
    }

    /** The API server takes up a policy, a binding or a baseline that has changed within a second or two, not at once. */
    private static void awaitGiven(String model) {
        eventually(() -> assertThat(stage.kubectl(
                        "create",
                        "--dry-run=server",
                        "-f",
                        instance.toString(),
                        "-o",
                        "jsonpath={.spec.domain.cpu.model}"))
                .isEqualTo(model));
    }

    @BeforeAll
    static void instanceOfAMachine() throws IOException {
        instance = directory.resolve("instance.yaml");
        Files.writeString(instance, """
                apiVersion: kubevirt.io/v1
                kind: VirtualMachineInstance
                metadata:
                  name: tried
                  namespace: default
                  labels: {cpu-baseline: web}
                  ownerReferences:
                    - {apiVersion: kubevirt.io/v1, kind: VirtualMachine, name: tried, uid: 8b0d1f5e-6f1c-4f0e-9d3a-2f5f3f1c7a10, controller: true}
                spec:
                  domain:
                    cpu: {cores: 2}
                    memory: {guest: 256Mi}
                    devices: {}
                """);
    }

    @Test
    void instancesStartWithTheBaselineAndTheirMachinesStayAsTheyAre() {
        // Given
        startOperator();
        AuditLog.Mark before = stage.mark();
        stage.apply(ADMITTING);
        Seen seen = bound();
        String pin = seen.pinned().cpuModel()
                + String.join(
                        "",
                        seen.pinned().requiredFeatures().stream()
                                .map(feature -> " " + feature.name())
                                .toList());

        // When
        create("plain", "cpu: {cores: 2}");
        create("bare", "");
        create("extra", "cpu: {cores: 2, features: [{name: invtsc, policy: disable}]}");
        create("own", "cpu: {cores: 2, model: Haswell-noTSX}");
        create("host", "cpu: {cores: 2, model: host-model}");
        create("forbidding", "cpu: {cores: 2, features: [{name: aes, policy: forbid}]}");
        create("nested", "cpu: {cores: 2, features: [{name: vmx, policy: require}]}");
        machines()
                .create(manifest("opted-out", "cpu: {cores: 2}")
                        .replace(
                                "labels: {cpu-baseline: web}",
                                "labels: {cpu-baseline: web}\n      annotations: {cpubaseline.io/skip: \"true\"}"));
        List<String> given = List.of("plain", "bare", "extra");
        given.forEach(stage.migrations()::awaitRunning);

        // Then
        assertThat(machines().runningCpuFields("plain")).isEqualTo(pin);
        assertThat(machines().runningCpuFields("bare")).isEqualTo(pin);
        assertThat(machines().runningCpuFields("extra")).isEqualTo(pin.replaceFirst(" ", " invtsc=disable "));
        for (String name : given) {
            assertThat(machines().generation(name)).as(name).isEqualTo(1);
            assertThat(machines().requiresRestart(name)).as(name).isFalse();
            assertThat(machines().cpu(name).path("model").isMissingNode()).isTrue();
        }
        eventually(() -> assertThat(machines().runningCpuFields("own")).isEqualTo("Haswell-noTSX"));
        for (String name : List.of("host", "forbidding", "nested", "opted-out")) {
            eventually(
                    () -> assertThat(machines().runningCpuFields(name)).as(name).startsWith(HOST_MODEL));
            assertThat(machines().runningNodeSelector(name)).as(name).isEmpty();
        }
        seen = stage.await(
                "web", now -> assertThat(now.virtualMachines().selected()).isEqualTo(8));
        assertThat(seen.virtualMachines().applied()).isEqualTo(3);
        assertThat(seen.virtualMachines().pendingRestart()).isZero();
        assertThat(seen.machineReasons())
                .containsEntry("Conflicting", List.of("default/forbidding", "default/host", "default/own"))
                .containsEntry("NestedVirtualization", List.of("default/nested"))
                .containsEntry("OptedOut", List.of("default/opted-out"));
        assertThat(stage.writesSince(before))
                .noneMatch(write -> write.contains("virtualmachines"))
                .filteredOn(write -> write.contains("mutatingadmission"))
                .containsExactly("patch mutatingadmissionpolicybindings cpu-baseline.web");

        // When a guest moves
        // Then it finds another node of its vendor
        assertThat(stage.migrations().migrate("plain").result()).isEqualTo(Result.SUCCEEDED);
    }

    @Test
    void whatStartsWithoutThePolicyIsCountedAndGetsItAtItsNextStart() {
        // Given
        startOperator();
        stage.apply(ADMITTING);
        String model = bound().pinned().cpuModel();

        // When the policy is taken away
        String policy = stage.kubectl("get", "mutatingadmissionpolicy", POLICY, "-o", "yaml");
        stage.kubectl("delete", "mutatingadmissionpolicy", POLICY);

        // Then that is told
        Seen seen = stage.await("web", "AdmissionActive", "False PolicyMissing");
        assertThat(seen.message("AdmissionActive")).contains("admission.enabled");
        assertThat(seen.verdict("Ready")).isEqualTo("True Pinned");

        // When a machine starts meanwhile, and the policy comes back
        awaitGiven(HOST_MODEL);
        create("late", "cpu: {cores: 2}");
        stage.migrations().awaitRunning("late");
        assertThat(machines().runningCpuFields("late")).isEqualTo(HOST_MODEL);
        stage.apply(policy.replaceAll("(?m)^  (uid|resourceVersion|creationTimestamp|generation): .*\n", ""));

        // Then it is counted
        stage.await("web", "AdmissionActive", "True PolicyBound");
        stage.await(
                "web",
                now -> assertThat(now.machineReasons())
                        .containsEntry("AdmissionMissed", List.of("default/late"))
                        .containsEntry("PendingRestart", List.of("default/late")));
        awaitGiven(model);

        // When it is restarted
        machines().restart("late");

        // Then it has it
        assertThat(machines().runningCpuFields("late")).startsWith(model);
        stage.await("web", now -> {
            assertThat(now.virtualMachines().applied()).isEqualTo(1);
            assertThat(now.machineReasons()).doesNotContainKeys("AdmissionMissed", "PendingRestart");
        });

        // When all is paused
        stage.edit("web", "{\"paused\": true}");
        stage.await("web", "AdmissionActive", "False Paused");
        awaitGiven(HOST_MODEL);
        machines().restart("late");

        // Then nothing is given
        assertThat(machines().runningCpuFields("late")).isEqualTo(HOST_MODEL);
    }

    @Test
    void theOlderOfTwoBaselinesThatOverlapIsBoundAndTheYoungerWhenThatIsGone() {
        // Given
        startOperator();
        stage.apply(ADMITTING);
        bound();

        // When another one may select the same machines
        stage.apply(
                ADMITTING.replace("name: web", "name: younger").replace("{matchLabels: {cpu-baseline: web}}", "{}"));

        // Then it gives nothing, and says whose machines they are
        Seen seen = stage.await("younger", "AdmissionActive", "False Overlapping");
        assertThat(seen.message("AdmissionActive")).contains("Baseline web ");
        assertThat(stage.kubectl("get", "mutatingadmissionpolicybindings", "-o", "name"))
                .contains("cpu-baseline.web")
                .doesNotContain("younger");

        // When the older one is gone
        stage.kubectl("delete", "ccb", "web");

        // Then it is the younger one's turn, and the binding goes with its baseline
        Seen its = stage.await("younger", "AdmissionActive", "True PolicyBound");
        awaitGiven(its.pinned().cpuModel());
        eventually(() -> assertThat(stage.kubectl("get", "mutatingadmissionpolicybindings", "-o", "name"))
                .doesNotContain("cpu-baseline.web"));
        create("plain", "cpu: {cores: 2}");
        stage.migrations().awaitRunning("plain");
        assertThat(machines().runningCpuFields("plain"))
                .startsWith(stage.baseline("younger").pinned().cpuModel());
    }

    @Test
    void switchingFromPatchGivesBackWhatIsWrittenAsThePolicySaysAndBackWritesItAgain() {
        // Given
        startOperator();
        stage.apply(Stage.patching("web", "vendors: Single"));
        stage.awaitPinned("web");
        machines().create(manifest("plain", "cpu: {cores: 2}").replace("Always", "Halted"));
        String written = stage.awaitApplied("web", 1).pinned().cpuModel();
        assertThat(machines().cpuFields("plain")).startsWith(written);

        // When
        stage.edit("web", "{\"virtualMachines\": {\"mode\": \"Admission\", \"releasePolicy\": \"Remove\"}}");

        // Then
        stage.await("web", "AdmissionActive", "True PolicyBound");
        awaitGiven(written);
        eventually(() -> assertThat(machines().cpuFields("plain")).isEmpty());
        stage.start("plain");
        assertThat(machines().runningCpuFields("plain")).startsWith(written);

        // When
        stage.edit("web", "{\"virtualMachines\": {\"mode\": \"Patch\"}}");

        // Then
        stage.await("web", "AdmissionActive", "absent");
        eventually(() -> assertThat(machines().cpuFields("plain")).startsWith(written));
        assertThat(stage.kubectl("get", "mutatingadmissionpolicybindings", "-o", "name"))
                .as("the binding stays, for first starts")
                .contains("cpu-baseline.web");

        // When nothing is to be given any more
        stage.edit("web", "{\"virtualMachines\": {\"mode\": \"Observe\"}}");

        // Then the binding goes
        eventually(() -> assertThat(stage.kubectl("get", "mutatingadmissionpolicybindings", "-o", "name"))
                .doesNotContain("cpu-baseline.web"));
    }
}
