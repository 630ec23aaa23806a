package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of virtual machines, and what does not. */
class VirtualMachinesIT {
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");
    private static final String WRITTEN =
            "IvyBridge-IBRS abm adx amd-ssbd amd-stibp avx2 bmi1 bmi2 fma ibpb movbe pdpe1gb sha-ni smap ssbd stibp umip vaes vpclmulqdq";

    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static Machines machines() {
        return stage.machines();
    }

    @Test
    void observingTouchesNothingAndPatchingOwnsModelFeaturesAndTwoLabels() throws IOException {
        // Given
        stage.homelab();
        machines().create("web", "homelab");
        machines().create("db", "homelab");
        machines().create("other", "nobody");
        Map<String, String> untouched = machines().versions();
        AuditLog.Mark before = stage.mark();
        stage.operator();

        // When
        stage.apply(BASELINE.replace("mode: Patch", "mode: Observe"));

        // Then
        Seen seen = stage.await("homelab", "VirtualMachinesAligned", "Unknown Observing");
        assertThat(seen.virtualMachines().selected()).isEqualTo(2);
        assertThat(seen.virtualMachines().pending()).isEqualTo(2);
        assertThat(seen.verdict("Reconciling")).isEqualTo("absent");
        assertThat(machines().versions()).isEqualTo(untouched);
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));

        // When
        stage.edit("homelab", "{\"virtualMachines\": {\"mode\": \"Patch\"}}");

        // Then
        seen = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(seen.virtualMachines().applied()).isEqualTo(2);
        assertThat(seen.verdict("Reconciling")).isEqualTo("absent");
        for (String name : List.of("web", "db")) {
            assertThat(machines().cpuFields(name)).isEqualTo(WRITTEN);
            assertThat(machines().cpu(name).path("cores").asInt()).isEqualTo(2);
            assertThat(machines().ownedBy(name, "cpu-baseline.homelab")).isEqualTo(new ObjectMapper().readTree("""
                                    {"f:metadata": {"f:labels": {"f:cpubaseline.io/baseline": {}, "f:cpubaseline.io/revision": {}}},
                                     "f:spec": {"f:template": {"f:spec": {"f:domain": {"f:cpu": {"f:features": {}, "f:model": {}}}}}}}
                                    """));
        }
        assertThat(machines().versions()).containsEntry("other", untouched.get("other"));
        assertThat(stage.writesSince(before).stream().filter(write -> write.contains("virtualmachines")))
                .containsExactlyInAnyOrder("patch virtualmachines default/web", "patch virtualmachines default/db");
    }

    @Test
    void whatSomeoneElseHasSetStays() {
        // Given
        stage.homelab();
        machines().create(Machines.manifest("legacy", "homelab"));
        machines()
                .patch(
                        "legacy",
                        "terraform",
                        "{\"spec\": {\"template\": {\"spec\": {\"domain\": {\"cpu\": {\"model\": \"Haswell-noTSX\"}}}}}}");
        machines().create("web", "homelab");
        stage.operator();

        // When
        stage.apply(BASELINE);

        // Then
        Seen seen = stage.await("homelab", "VirtualMachinesAligned", "False Conflicting");
        assertThat(seen.machineReasons()).containsOnly(Map.entry("Conflicting", List.of("default/legacy")));
        assertThat(seen.virtualMachines().applied()).isEqualTo(1);
        assertThat(seen.virtualMachines().conflicting()).isEqualTo(1);
        assertThat(seen.verdict("Ready")).isEqualTo("True Pinned");
        assertThat(seen.verdict("Reconciling")).isEqualTo("absent");
        assertThat(machines().cpuFields("legacy")).isEqualTo("Haswell-noTSX");
        eventually(() -> assertThat(stage.events("VirtualMachine", "legacy"))
                .anyMatch(event -> event.startsWith("Conflicting:") && event.contains("terraform")));

        // When a second baseline wants the first one's virtual machine, too
        stage.apply(BASELINE.replace("name: homelab", "name: latecomer"));

        // Then it belongs to the one that came first; the other that nobody holds is one's alone, too
        seen = stage.await(
                "latecomer",
                now -> assertThat(now.machineReasons())
                        .containsOnly(Map.entry("ClaimedByOther", List.of("default/legacy", "default/web"))));
        assertThat(seen.virtualMachines().skipped()).isEqualTo(2);
        assertThat(seen.verdict("VirtualMachinesAligned")).isEqualTo("True Aligned");
        assertThat(machines().owners("web")).containsEntry("cpu-baseline.homelab", List.of("features", "model"));
        assertThat(machines().owners("web")).doesNotContainKey("cpu-baseline.latecomer");
    }

    @Test
    void thoseForWhichItWouldBeWrongAreSkippedAndSayWhy() {
        // Given
        stage.homelab();
        machines().create("web", "homelab");
        machines()
                .create(Machines.manifest("user-features", "homelab")
                        .replace("{cores: 2}", "{cores: 2, features: [{name: aes, policy: require}]}"));
        machines().create(Machines.manifest("no-topology", "homelab").replace("cpu: {cores: 2}", "cpu: {}"));
        machines()
                .create(Machines.manifest("passthrough", "homelab")
                        .replace("{cores: 2}", "{cores: 2, model: host-passthrough}"));
        machines()
                .create(Machines.manifest("nested", "homelab")
                        .replace("{cores: 2}", "{cores: 2, features: [{name: vmx, policy: require}]}"));
        machines()
                .create(Machines.manifest("opted-out", "homelab")
                        .replace("namespace:", "annotations: {cpubaseline.io/skip: \"true\"}\n  namespace:"));
        machines()
                .create(
                        Machines.manifest("pooled", "homelab")
                                .replace(
                                        "namespace:",
                                        "ownerReferences: [{apiVersion: pool.kubevirt.io/v1beta1, kind: VirtualMachinePool, name: p, uid: u-1, controller: true}]\n  namespace:"));
        Map<String, String> untouched = machines().versions();
        stage.operator();

        // When
        stage.apply(BASELINE);

        // Then
        Seen seen = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(seen.virtualMachines().applied()).isEqualTo(1);
        assertThat(seen.virtualMachines().skipped()).isEqualTo(6);
        assertThat(seen.machineReasons())
                .containsOnly(
                        Map.entry("UserFeatures", List.of("default/user-features")),
                        Map.entry("NoCpuTopology", List.of("default/no-topology")),
                        Map.entry("HostPassthrough", List.of("default/passthrough")),
                        Map.entry("NestedVirtualization", List.of("default/nested")),
                        Map.entry("OptedOut", List.of("default/opted-out")),
                        Map.entry("PoolOwned", List.of("default/pooled")));
        Map<String, String> now = machines().versions();
        assertThat(now.remove("web")).isNotEqualTo(untouched.remove("web"));
        assertThat(now).isEqualTo(untouched);

        // When one that was written opts out
        machines()
                .patch(
                        "web",
                        "kubectl-annotate",
                        "{\"metadata\": {\"annotations\": {\"cpubaseline.io/skip\": \"true\"}}}");

        // Then it is let go
        seen = stage.await(
                "homelab",
                state -> assertThat(state.machineReasons())
                        .containsEntry("OptedOut", List.of("default/opted-out", "default/web")));
        assertThat(seen.virtualMachines().applied()).isZero();
        assertThat(machines().cpuFields("web")).isEmpty();
        assertThat(machines().cpu("web").path("cores").asInt()).isEqualTo(2);
    }

    @Test
    void whatMustNotHaveTheModelAnyMoreIsLetGo() {
        // Given
        stage.homelab();
        List.of("secret", "enlightened", "receiver", "web")
                .forEach(name -> machines().create(name, "homelab"));
        stage.operator();
        stage.apply(BASELINE);
        stage.await("homelab", "VirtualMachinesAligned", "True Aligned");

        // When
        machines()
                .patch(
                        "secret",
                        "user",
                        "{\"spec\": {\"template\": {\"spec\": {\"domain\": {\"launchSecurity\": {\"sev\": {}}}}}}}");
        machines()
                .patch(
                        "enlightened",
                        "user",
                        "{\"spec\": {\"template\": {\"spec\": {\"domain\": {\"features\": {\"hyperv\": {\"evmcs\": {}}}}}}}}");
        machines().patch("receiver", "user", "{\"spec\": {\"runStrategy\": \"WaitAsReceiver\"}}");

        // Then
        Seen seen = stage.await(
                "homelab", now -> assertThat(now.virtualMachines().skipped()).isEqualTo(2));
        assertThat(seen.machineReasons())
                .containsOnly(
                        Map.entry("Confidential", List.of("default/secret")),
                        Map.entry("WaitAsReceiver", List.of("default/receiver")));
        for (String name : List.of("secret", "receiver")) {
            assertThat(machines().cpuFields(name)).as(name).isEmpty();
        }
        assertThat(machines().cpuFields("web")).isEqualTo(WRITTEN);
        assertThat(machines().cpuFields("enlightened")).as("evmcs alone").isEqualTo(WRITTEN);
    }

    @Test
    void aNewPinIsWrittenOnceIntoEachUnlessPaused() {
        // Given
        stage.homelab();
        IntStream.range(0, 20).forEach(i -> machines().create("vm-" + i, "homelab"));
        stage.operator();
        List<Seen> versions = stage.follow("homelab");
        stage.apply(BASELINE);
        stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        AuditLog.Mark before = stage.mark();

        // When the policy changes while all is paused
        stage.edit("homelab", "{\"paused\": true, \"features\": {\"exclude\": [\"vaes\", \"vpclmulqdq\"]}}");

        // Then
        Seen seen = stage.await("homelab", "VirtualMachinesAligned", "False Paused");
        assertThat(seen.candidate().trigger()).isEqualTo("Policy");
        String next = seen.candidate().revision();

        // When the candidate is approved
        stage.edit("homelab", "{\"approvedRevision\": \"" + next + "\"}");

        // Then it waits
        seen = stage.await("homelab", "ApprovalAccepted", "False Paused");
        assertThat(seen.pinned().revision()).isNotEqualTo(next);
        assertThat(machines().cpuFields("vm-0")).isEqualTo(WRITTEN);
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));

        // When it goes on
        stage.edit("homelab", "{\"paused\": false}");

        // Then
        seen = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(seen.pinned().revision()).isEqualTo(next);
        assertThat(seen.virtualMachines().applied()).isEqualTo(20);
        assertThat(machines().cpuFields("vm-19")).isEqualTo(WRITTEN.replace(" vaes vpclmulqdq", ""));
        assertThat(stage.writesSince(before).stream().filter(write -> write.contains("virtualmachines")))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 20)
                        .mapToObj(i -> "patch virtualmachines default/vm-" + i)
                        .toList());

        // And nobody who watched has seen a pin without what is to be done for it, or taken as done what was still to
        // be done
        String last = seen.resourceVersion();
        eventually(() -> assertThat(versions)
                .anyMatch(version -> version.resourceVersion().equals(last)));
        assertThat(versions)
                .filteredOn(Seen::isPinned)
                .hasSizeGreaterThan(2)
                .noneMatch(version -> version.verdict("VirtualMachinesAligned").equals("absent"));
        assertThat(versions).filteredOn(Seen::isPinned).first().satisfies(first -> {
            assertThat(first.verdict("VirtualMachinesAligned")).isEqualTo("False Applying");
            assertThat(first.virtualMachines().pending()).isEqualTo(20);
        });
    }

    @Test
    void aClientThatKeepsWritingWholeObjectsIsNotFoughtForEver() {
        // Given
        String manifest = Machines.manifest("web", "homelab");
        stage.homelab();
        machines().create(manifest);
        AuditLog.Mark before = stage.mark();
        stage.operator();
        stage.apply(BASELINE);

        // When the fields vanish, they come back: twice
        for (int loss = 0; loss < 2; loss++) {
            eventually(() -> assertThat(machines().cpuFields("web")).isEqualTo(WRITTEN));
            machines().overwrite(manifest);
        }
        eventually(() -> assertThat(machines().cpuFields("web")).isEqualTo(WRITTEN));

        // And the third time
        machines().overwrite(manifest);

        // Then that is said, and it is left alone
        Seen seen = stage.await("homelab", "VirtualMachinesAligned", "False Contended");
        assertThat(seen.machineReasons()).containsOnly(Map.entry("Contended", List.of("default/web")));
        eventually(() ->
                assertThat(stage.events("VirtualMachine", "web")).anyMatch(event -> event.startsWith("Contended:")));

        // When something else happens
        machines().create("db", "homelab");

        // Then that is done, and the other is still left alone
        stage.await("homelab", now -> {
            assertThat(now.virtualMachines().applied()).isEqualTo(1);
            assertThat(now.virtualMachines().conflicting()).isEqualTo(1);
        });
        assertThat(machines().cpuFields("web")).isEmpty();
        assertThat(stage.writesSince(before).stream().filter(write -> write.endsWith("default/web")))
                .hasSize(3);

        // When the pin moves
        stage.edit("homelab", "{\"features\": {\"exclude\": [\"vaes\"]}}");
        String next = stage.await("homelab", "CandidatePending", "True AwaitingApproval")
                .candidate()
                .revision();
        stage.edit("homelab", "{\"approvedRevision\": \"" + next + "\"}");

        // Then it is tried anew
        assertThat(stage.await("homelab", "VirtualMachinesAligned", "True Aligned")
                        .virtualMachines()
                        .applied())
                .isEqualTo(2);
    }

    @Test
    void aRunningMachineKeepsItsCpuUntilItIsRestarted() {
        // Given a machine that runs with what it was started with
        stage.homelab();
        machines().create("web", "homelab");
        machines().run("web", "host-model");
        stage.operator();

        // When
        stage.apply(BASELINE);

        // Then
        Seen seen = stage.await("homelab", "VirtualMachinesAligned", "False PendingRestart");
        assertThat(seen.virtualMachines().applied()).isEqualTo(1);
        assertThat(seen.virtualMachines().pendingRestart()).isEqualTo(1);
        assertThat(seen.machineReasons()).containsEntry("PendingRestart", List.of("default/web"));
        assertThat(seen.verdict("Ready")).isEqualTo("True Pinned");
        assertThat(seen.verdict("Reconciling")).isEqualTo("absent");

        // When it is restarted
        machines().stop("web");
        machines().runAsWritten("web");

        // Then
        seen = stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(seen.virtualMachines().pendingRestart()).isZero();
    }
}
