package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.MachineWitness;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How virtual machines get out of a baseline again: by selection, by opting out, by mode, by deletion, by hand. */
class WayOutIT {
    private static final String RETAIN = Stage.patching("homelab", "vendors: Mixed");
    private static final String REMOVE = RETAIN.replace("mode: Patch", "mode: Patch\n    releasePolicy: Remove");
    private static final String MANAGER = "cpu-baseline.homelab";

    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static Machines machines() {
        return stage.machines();
    }

    private static Operator applied(String baseline, String... names) {
        stage.homelab();
        List.of(names).forEach(name -> machines().create(name, "homelab"));
        Operator operator = stage.operator();
        stage.apply(baseline);
        stage.awaitApplied("homelab", names.length);
        return operator;
    }

    /** Another baseline has written a virtual machine of its own: the operator has come so far. */
    private static void awaitSentinel() {
        machines().create("sentinel", "sentinel");
        stage.apply(Stage.patching("sentinel", "vendors: Mixed"));
        stage.awaitApplied("sentinel", 1);
    }

    private static void deselect(String name) {
        machines()
                .patch(
                        name,
                        "kubectl-label",
                        "{\"spec\": {\"template\": {\"metadata\": {\"labels\": {\"cpu-baseline\": \"nobody\"}}}}}");
    }

    private static void awaitReleased(String... names) {
        for (String name : names) {
            eventually(() -> {
                assertThat(machines().cpuFields(name)).as(name).isEmpty();
                assertThat(machines().ownedBy(name, MANAGER).isMissingNode()).isTrue();
            });
        }
    }

    private static void awaitGone(String baseline) {
        eventually(() -> assertThat(stage.kubectl("get", "ccb", "-o", "name")).doesNotContain("/" + baseline));
    }

    @Test
    void underRetainWhatLeavesStaysAsItIs() {
        // Given
        applied(RETAIN, "web", "db");
        deselect("web");
        stage.await(
                "homelab", now -> assertThat(now.virtualMachines().selected()).isEqualTo(1));
        Map<String, String> untouched = machines().versions();
        AuditLog.Mark mark = stage.mark();

        // When
        stage.edit("homelab", "{\"virtualMachines\": {\"mode\": \"Observe\"}}");
        stage.await("homelab", "VirtualMachinesAligned", "Unknown Observing");
        stage.kubectl("delete", "ccb", "homelab");
        awaitGone("homelab");
        awaitSentinel();

        // Then
        assertThat(machines().versions()).containsAllEntriesOf(untouched);
        assertThat(stage.writesSince(mark).stream().filter(write -> write.contains("virtualmachines")))
                .containsOnly("patch virtualmachines default/sentinel");
    }

    @Test
    void underRemoveWhatLeavesIsGivenBackAndADeletedBaselineGoesWhenAllIs() {
        // Given
        applied(REMOVE, "web", "db", "mail");
        assertThat(stage.kubectl("get", "ccb", "homelab", "-o", "jsonpath={.metadata.finalizers}"))
                .contains("cpubaseline.io/release");

        // When
        deselect("web");

        // Then
        awaitReleased("web");
        assertThat(machines().cpu("web").path("cores").asInt()).isEqualTo(2);
        assertThat(stage.awaitApplied("homelab", 2).virtualMachines().selected())
                .isEqualTo(2);

        // When somebody requires a feature beside what db carries, and the baseline is deleted
        machines()
                .patch(
                        "db",
                        "terraform",
                        "{\"spec\": {\"template\": {\"spec\": {\"domain\": {\"cpu\": {\"features\": [{\"name\": \"aes\", \"policy\": \"require\"}]}}}}}}");
        stage.kubectl("delete", "ccb", "homelab", "--wait=false");

        // Then it goes all the same, and db keeps its model
        awaitReleased("mail");
        awaitGone("homelab");
        assertThat(machines().cpuFields("db")).isEqualTo("IvyBridge-IBRS aes");
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event -> event.startsWith("ReleaseIncomplete:")
                        && event.contains("1 whose model has to stay")
                        && event.contains("cpu-baseline release -A --baseline homelab")));
    }

    @Test
    void underRemoveBackToObserveGivesBackAndTheFinalizerIsGone() {
        // Given
        applied(REMOVE, "web");

        // When
        stage.edit("homelab", "{\"virtualMachines\": {\"mode\": \"Observe\"}}");

        // Then
        awaitReleased("web");
        Seen seen = stage.await(
                "homelab", now -> assertThat(now.virtualMachines().pending()).isEqualTo(1));
        assertThat(seen.verdict("VirtualMachinesAligned")).isEqualTo("Unknown Observing");
        eventually(() -> assertThat(stage.kubectl("get", "ccb", "homelab", "-o", "jsonpath={.metadata.finalizers}"))
                .doesNotContain("cpubaseline.io/release"));
    }

    @Test
    void optingOutGivesBackInEveryModeAlsoUnderRetain() {
        // Given
        applied(RETAIN, "web", "db");
        stage.edit("homelab", "{\"virtualMachines\": {\"mode\": \"Observe\"}}");
        stage.await("homelab", "VirtualMachinesAligned", "Unknown Observing");
        String written = machines().cpuFields("db");

        // When
        machines()
                .patch(
                        "web",
                        "kubectl-annotate",
                        "{\"metadata\": {\"annotations\": {\"cpubaseline.io/skip\": \"true\"}}}");

        // Then
        awaitReleased("web");
        Seen seen = stage.await(
                "homelab", now -> assertThat(now.machineReasons()).containsEntry("OptedOut", List.of("default/web")));
        assertThat(seen.verdict("VirtualMachinesAligned")).isEqualTo("Unknown Observing");
        assertThat(machines().cpuFields("db")).isEqualTo(written);
    }

    @Test
    void aDeletionDoesNotWaitForAnOperatorThatMayNotWrite() {
        // Given
        Operator operator = applied(REMOVE, "web");
        String written = machines().cpuFields("web");
        operator.close();
        stage.operator("--write-virtual-machines=false");

        // When
        stage.kubectl("delete", "ccb", "homelab", "--wait=false");

        // Then
        awaitGone("homelab");
        assertThat(machines().cpuFields("web")).isEqualTo(written);
        eventually(() -> assertThat(stage.events("ClusterCpuBaseline", "homelab"))
                .anyMatch(event -> event.startsWith("ReleaseIncomplete:") && event.contains("without permission")));
    }

    @Test
    void anotherBaselineTakesOverWhatOneThatIsGoneHoldsAndThereIsNoGap() {
        // Given a baseline that leaves its fields behind, and a successor of another name that wants less
        applied(RETAIN, "web", "db");
        String before = machines().cpuFields("web");
        String after = before.replace(" vaes vpclmulqdq", "");
        String successor = RETAIN.replace("name: homelab", "name: successor")
                .replace("vendors: Mixed", "vendors: Mixed\n  features: {exclude: [vaes, vpclmulqdq]}");
        stage.apply(successor);
        Seen seen = stage.await(
                "successor", now -> assertThat(now.virtualMachines().skipped()).isEqualTo(2));
        assertThat(seen.machineReasons()).containsOnlyKeys("ClaimedByOther");

        try (MachineWitness witness = machines().witness()) {
            // When
            stage.kubectl("delete", "ccb", "homelab");

            // Then
            stage.awaitApplied("successor", 2);
            for (String name : List.of("web", "db")) {
                eventually(() -> {
                    assertThat(machines().cpuFields(name)).isEqualTo(after);
                    assertThat(machines().owners(name))
                            .containsEntry("cpu-baseline.successor", List.of("features", "model"))
                            .doesNotContainKey(MANAGER);
                });
                eventually(() -> assertThat(witness.cpuFields().get(name)).containsExactly(before, after));
            }
        }

        // When one of the same wants takes over, no specification changes
        var generations = machines().generations();
        stage.apply(successor.replace("name: successor", "name: third"));
        stage.await("third", now -> assertThat(now.machineReasons()).containsOnlyKeys("ClaimedByOther"));
        stage.kubectl("delete", "ccb", "successor");

        // Then
        stage.awaitApplied("third", 2);
        eventually(() -> assertThat(machines().owners("web"))
                .containsEntry("cpu-baseline.third", List.of("features", "model"))
                .doesNotContainKey("cpu-baseline.successor"));
        assertThat(machines().generations()).isEqualTo(generations);
    }

    @Test
    void whatABaselineThatIsGoneHasLeftIsReleasedByHand() throws IOException, InterruptedException {
        // Given
        applied(RETAIN, "web", "db");
        machines()
                .patch(
                        "db",
                        "terraform",
                        "{\"spec\": {\"template\": {\"spec\": {\"domain\": {\"cpu\": {\"features\": [{\"name\": \"aes\", \"policy\": \"require\"}]}}}}}}");

        // When, Then it is refused while the baseline is there
        assertThat(release("-A", "--baseline", "homelab"))
                .startsWith("1 ")
                .contains("the ClusterCpuBaseline homelab exists");

        // Given
        stage.kubectl("delete", "ccb", "homelab");
        awaitGone("homelab");
        Map<String, String> untouched = machines().versions();

        // When, Then a dry run tells all and touches nothing
        assertThat(release("-A", "--dry-run"))
                .startsWith("1 ")
                .contains("web    homelab    would be released", "db     homelab    would keep its model");
        assertThat(machines().versions()).isEqualTo(untouched);

        // When, Then the model stays with somebody else's required features
        assertThat(release("-n", "default"))
                .startsWith("1 ")
                .contains("web    homelab    released", "db     homelab    keeps its model", "terraform requires");
        awaitReleased("web");
        assertThat(machines().cpuFields("db")).isEqualTo("IvyBridge-IBRS aes");

        // When those are gone
        machines()
                .patch(
                        "db",
                        "terraform",
                        "{\"spec\": {\"template\": {\"spec\": {\"domain\": {\"cpu\": {\"features\": null}}}}}}");

        // Then
        assertThat(release("-A")).startsWith("0 ").contains("1 released, 0 keep their model, 0 failed.");
        awaitReleased("db");
        assertThat(release("-A")).startsWith("0 ").contains("No virtual machine in any namespace");
    }

    /** What {@code cpu-baseline release} as an administrator says, after its exit code. */
    private static String release(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of("")
                        .toAbsolutePath()
                        .resolveSibling("operator/target/bin/cpu-baseline")
                        .toString(),
                "release",
                "--kubeconfig=" + stage.lab().kubeconfig()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + said;
    }
}
