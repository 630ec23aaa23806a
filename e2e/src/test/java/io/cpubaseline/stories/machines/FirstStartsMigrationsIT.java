package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.FirstStartsReport;
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
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mode Patch where the chart's admission policy is installed: KubeVirt starts a new virtual machine before it can be written, and its first
 * instance has the pin all the same.
 */
class FirstStartsMigrationsIT {
    private static final String POLICY = "cpu-baseline";
    private static final String HOST_MODEL = "host-model";
    private static final String PROVEN_FIRST =
            Stage.patching("web", "vendors: Single").replace("maxUnproven: 100%", "maxUnproven: 10%");

    @TempDir
    static Path directory;

    @RegisterExtension
    static final Stage stage = Stage.full(Map.of("virtualMachines.write", "true", "admission.enabled", "true"));

    @BeforeEach
    void servers() {
        stage.lab().apply(Servers.of("xeon-e5-2650-v4", "intel-1", "intel-2", "intel-3"));
        // A busy machine may take more than the second that other stories give to a new one.
        stage.operator("--admission-policy=" + POLICY, "--conflict-delay=15s");
    }

    /** A dozen guests take a while to end; the lab's reset takes what comes back for a mistake. */
    @AfterEach
    void end() {
        stage.kubectl("delete", "vm", "--all", "--wait=true", "--timeout=90s");
    }

    private static Machines machines() {
        return stage.machines();
    }

    /** A machine that starts as soon as it is there. */
    private static String manifest(String name, String cpu) {
        return Machines.manifest(name, "web")
                .replace("Halted", "Always")
                .replace("cpu: {cores: 2}", cpu)
                .replace("4Gi", "256Mi");
    }

    private static void create(String name) {
        machines().create(manifest(name, "cpu: {cores: 2}"));
    }

    /** The pin with one machine that was written, started, and has proven it; returns the CPU that instances get. */
    private static String proven() {
        stage.apply(PROVEN_FIRST);
        stage.awaitPinned("web");
        machines().create(manifest("first", "cpu: {cores: 2}").replace("Always", "Halted"));
        Seen seen = stage.awaitApplied("web", 1);
        assertThat(seen.status().firstStarts()).isNull();
        assertThat(seen.verdict("AdmissionActive")).isEqualTo("absent");
        stage.start("first");
        stage.await(
                "web",
                now -> assertThat(now.status().firstStarts())
                        .isEqualTo(new FirstStartsReport(now.pinned().revision(), List.of())));
        String cpu = machines().cpuFields("first");
        assertThat(machines().runningCpuFields("first")).isEqualTo(cpu);
        awaitGiven("tried", cpu.split(" ")[0]);
        return cpu;
    }

    /** What the API server would make of a new instance, which it doesn't store: it takes up a binding within a second or two, not at once. */
    private static void awaitGiven(String name, String model) {
        eventually(() -> assertThat(stage.kubectl(
                        "create",
                        "--dry-run=server",
                        "-f",
                        directory.resolve(name + ".yaml").toString(),
                        "-o",
                        "jsonpath={.spec.domain.cpu.model}"))
                .isEqualTo(model));
    }

    @BeforeAll
    static void instancesOfMachines() throws IOException {
        for (String name : List.of("tried", "vm-2", "of-pool")) {
            Files.writeString(directory.resolve(name + ".yaml"), """
                    apiVersion: kubevirt.io/v1
                    kind: VirtualMachineInstance
                    metadata:
                      name: %1$s
                      namespace: default
                      labels: {cpu-baseline: web%2$s}
                      ownerReferences:
                        - {apiVersion: kubevirt.io/v1, kind: VirtualMachine, name: %1$s, uid: 8b0d1f5e-6f1c-4f0e-9d3a-2f5f3f1c7a10, controller: true}
                    spec:
                      domain:
                        cpu: {cores: 2}
                        memory: {guest: 256Mi}
                        devices: {}
                    """.formatted(
                            name, name.equals("of-pool") ? ", kubevirt.io/vm-pool-revision-name: p-1" : ""));
        }
    }

    @Test
    void newMachinesStartWithThePinAndAreWrittenWhenTheyStop() {
        // Given
        String cpu = proven();
        List<String> names = IntStream.range(0, 10).mapToObj("vm-%d"::formatted).toList();
        AuditLog.Mark before = stage.mark();

        // When ten are created, one by one
        names.forEach(name -> {
            create(name);
            stage.migrations().awaitRunning(name);
        });

        // Then each has the pin at its first start, and waits for nothing
        Seen seen = stage.await("web", now -> {
            assertThat(now.virtualMachines().selected()).isEqualTo(11);
            assertThat(now.machinesWith("GivenAtStart")).isEqualTo(10);
        });
        for (String name : names) {
            assertThat(machines().runningCpuFields(name)).as(name).isEqualTo(cpu);
            assertThat(machines().cpuFields(name)).as(name).isEmpty();
            assertThat(machines().generation(name)).as(name).isEqualTo(1);
            assertThat(machines().requiresRestart(name)).as(name).isFalse();
        }
        assertThat(seen.virtualMachines().applied()).isEqualTo(11);
        assertThat(seen.virtualMachines().pending()).isZero();
        assertThat(seen.virtualMachines().pendingRestart()).isZero();
        assertThat(seen.verdict("VirtualMachinesAligned")).isEqualTo("True Aligned");
        assertThat(seen.machineReasons()).containsOnlyKeys("GivenAtStart");
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));

        // When a guest moves
        // Then it finds another node
        assertThat(stage.migrations().migrate("vm-0").result()).isEqualTo(Result.SUCCEEDED);

        // When one is stopped, and another one restarted
        machines().runStrategy("vm-0", "Halted");
        machines().restart("vm-1");

        // Then both are written, and start with what is written
        eventually(() -> assertThat(machines().cpuFields("vm-0")).isEqualTo(cpu));
        eventually(() -> assertThat(machines().cpuFields("vm-1")).isEqualTo(cpu));
        assertThat(machines().runningCpuFields("vm-1")).isEqualTo(cpu);
        stage.start("vm-0");
        assertThat(machines().runningCpuFields("vm-0")).isEqualTo(cpu);
        for (String name : List.of("vm-0", "vm-1")) {
            eventually(
                    () -> assertThat(machines().requiresRestart(name)).as(name).isFalse());
        }
        stage.await("web", now -> {
            assertThat(now.virtualMachines().applied()).isEqualTo(11);
            assertThat(now.machinesWith("GivenAtStart")).isEqualTo(8);
        });
    }

    @Test
    void noMachineGetsAtItsStartWhatWouldNotBeWrittenIntoIt() {
        // Given
        String cpu = proven();

        // When
        Map<String, String> left = Map.of(
                "bare", "cpu: {}",
                "own", "cpu: {cores: 2, model: host-model}",
                "extra", "cpu: {cores: 2, features: [{name: invtsc, policy: disable}]}");
        left.forEach((name, own) -> machines().create(manifest(name, own)));
        machines()
                .create(manifest("opted-out", "cpu: {cores: 2}")
                        .replace(
                                "  name: opted-out",
                                "  name: opted-out\n  annotations: {cpubaseline.io/skip: \"true\"}"));
        machines()
                .create(manifest("of-template", "cpu: {cores: 2}")
                        .replace(
                                "labels: {cpu-baseline: web}",
                                "labels: {cpu-baseline: web}\n      annotations: {cpubaseline.io/skip: \"true\"}"));
        create("vm-2");

        // Then
        for (String name : List.of("bare", "own", "extra", "opted-out", "of-template")) {
            stage.migrations().awaitRunning(name);
            assertThat(machines().runningCpuFields(name)).as(name).startsWith(HOST_MODEL);
        }
        stage.migrations().awaitRunning("vm-2");
        assertThat(machines().runningCpuFields("vm-2")).isEqualTo(cpu);
        awaitGiven("of-pool", HOST_MODEL);
        stage.await(
                "web",
                now -> assertThat(now.machineReasons())
                        .containsEntry("OptedOut", List.of("default/of-template", "default/opted-out"))
                        .containsEntry("NoCpuTopology", List.of("default/bare"))
                        .containsEntry("UserFeatures", List.of("default/extra"))
                        .containsEntry("Conflicting", List.of("default/own"))
                        .containsEntry("GivenAtStart", List.of("default/vm-2")));

        // When one opts out that runs with it, which nothing in its next instance will show
        stage.kubectl("annotate", "vm", "vm-2", "cpubaseline.io/skip=true");
        stage.await(
                "web",
                now -> assertThat(Objects.requireNonNull(now.status().firstStarts())
                                .except())
                        .contains("default/vm-2"));
        machines().runStrategy("vm-2", "Halted");
        eventually(() -> assertThat(stage.kubectl("get", "vmi", "-o", "name")).doesNotContain("vm-2"));
        awaitGiven("vm-2", HOST_MODEL);
        stage.start("vm-2");

        // Then
        assertThat(machines().runningCpuFields("vm-2")).isEqualTo(HOST_MODEL);
        assertThat(machines().cpuFields("vm-2")).isEmpty();
    }

    @Test
    void nothingIsGivenBesideAnotherBaselineOrAnotherVendorsNodesOrWhilePausedOrWithAPinThatIsNotProven() {
        // Given
        String model = proven().split(" ")[0];

        // When all is paused, Then at once nothing is given
        stage.edit("web", "{\"paused\": true}");
        awaitGiven("tried", HOST_MODEL);
        stage.await("web", now -> assertThat(now.status().firstStarts()).isNull());
        stage.edit("web", "{\"paused\": null}");
        awaitGiven("tried", model);

        // When another baseline may select the same, though it only observes
        stage.apply(PROVEN_FIRST
                .replace("name: web", "name: other")
                .replace("{matchLabels: {cpu-baseline: web}}", "{}")
                .replace("mode: Patch", "mode: Observe"));

        // Then whose a new machine is can't be seen in its instance
        stage.await("web", now -> assertThat(now.status().firstStarts()).isNull());
        awaitGiven("tried", HOST_MODEL);
        eventually(() -> assertThat(stage.kubectl("get", "mutatingadmissionpolicybindings", "-o", "name"))
                .doesNotContain("cpu-baseline.web"));
        stage.kubectl("delete", "ccb", "other");
        awaitGiven("tried", model);

        // When there is a node of another vendor that is not the baseline's and doesn't label the model, Then it plays
        // no role
        stage.edit("web", "{\"nodeSelector\": {\"matchLabels\": {\"cpu-vendor.node.kubevirt.io/Intel\": \"true\"}}}");
        stage.lab().apply(Servers.of("epyc-7601-32-core", "amd-1"));
        awaitGiven("tried", model);

        // When it labels the model, and nothing keeps an instance from landing there
        stage.kubectl("label", "node", "amd-1", "cpu-model.node.kubevirt.io/" + model + "=true");

        // Then
        stage.await("web", now -> assertThat(now.status().firstStarts()).isNull());
        awaitGiven("tried", HOST_MODEL);
        stage.kubectl("delete", "node", "amd-1");
        awaitGiven("tried", model);

        // When the pin moves
        stage.edit("web", "{\"features\": {\"exclude\": [\"aes\", \"pclmulqdq\"]}}");
        String next = stage.await("web", now -> assertThat(now.hasCandidate()).isTrue())
                .candidate()
                .revision();
        stage.approve("web", next);

        // Then nothing is given before that is proven
        stage.await("web", now -> {
            assertThat(now.pinned().revision()).isEqualTo(next);
            assertThat(now.status().firstStarts()).isNull();
        });
        awaitGiven("tried", HOST_MODEL);

        // When it is
        machines().restart("first");

        // Then it is given
        Seen seen = stage.await(
                "web", now -> assertThat(now.status().firstStarts()).isEqualTo(new FirstStartsReport(next, List.of())));
        awaitGiven("tried", seen.pinned().cpuModel());
    }
}
