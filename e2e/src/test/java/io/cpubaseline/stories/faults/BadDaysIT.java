package io.cpubaseline.stories.faults;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditEvent;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.programs.Component;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.lab.use.Migrations.Outcome;
import io.cpubaseline.lab.use.Migrations.Result;
import io.cpubaseline.lab.use.Migrations.UnderWay;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.MachineWitness;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Programs end in the middle of their work and come back: migrations arrive all the same, and virtual machines have what they had or what
 * they are to have, never a part of it.
 */
class BadDaysIT {
    private static final List<String> RUNNING = List.of("web", "db");
    private static final List<String> HALTED =
            IntStream.range(0, 60).mapToObj(i -> "vm-" + i).toList();

    @RegisterExtension
    static final Stage stage = Stage.fullOfItsOwn();

    @Test
    void aMigrationArrivesThoughVirtControllerIsKilledInTheMiddleOfIt() {
        // Given
        running();
        Seen settled = stage.settled("homelab");
        String run = stage.migrations().instanceOf("web");
        String cpu = stage.machines().runningCpuFields("web");

        // When
        UnderWay migration = stage.migrations().begin("web");
        stage.migrations().awaitTargetOf(migration);
        stage.lab().kill(Component.VIRT_CONTROLLER);

        // Then it stops half way
        assertThat(stage.migrations().isOver(migration)).isFalse();

        // When
        stage.lab().start(Component.VIRT_CONTROLLER);

        // Then it goes on, the machine runs on as it was, and for the baseline nothing has happened
        assertSucceeded(stage.migrations().await(migration));
        assertThat(stage.migrations().instanceOf("web")).isEqualTo(run);
        assertThat(stage.machines().runningCpuFields("web")).isEqualTo(cpu);
        assertThat(stage.baseline("homelab").resourceVersion()).isEqualTo(settled.resourceVersion());
    }

    @Test
    void anOperatorThatIsKilledBetweenWritesAndMigrationsLeavesNothingHalfDone() {
        // Given machines that run, and many that don't
        Operator operator = running();
        HALTED.forEach(name -> stage.machines().create(name, "homelab"));
        Seen seen = stage.awaitApplied("homelab", RUNNING.size() + HALTED.size());
        String first = stage.machines().cpuFields("vm-0");
        List<String> runs = runs();
        String next = candidateWithoutVaes();

        // When the pin moves while machines migrate, and the operator is killed as soon as some are written
        List<UnderWay> migrations =
                RUNNING.stream().map(stage.migrations()::begin).toList();
        try (MachineWitness witness = stage.machines().witness()) {
            stage.approve("homelab", next);
            eventually(() -> assertThat(witness.changed()).hasSizeGreaterThan(3));
            operator.kill();

            // Then the pin is persisted, and some machines are left
            PinnedBaseline pinned = stage.baseline("homelab").pinned();
            assertThat(pinned.revision()).isEqualTo(next);
            AuditLog.Mark killed = stage.mark();
            Set<String> written = Stream.concat(RUNNING.stream(), HALTED.stream())
                    .filter(name -> !stage.machines().cpuFields(name).equals(first))
                    .collect(Collectors.toSet());
            assertThat(written).hasSizeLessThan(RUNNING.size() + HALTED.size());

            // And machines migrate without it
            migrations.forEach(migration -> assertSucceeded(stage.migrations().await(migration)));

            // When it is started again
            stage.operator();

            // Then it has the same pin, and writes the rest
            seen = stage.await("homelab", "VirtualMachinesAligned", "False PendingRestart");
            assertThat(seen.pinned()).isEqualTo(pinned);
            assertThat(seen.virtualMachines().applied()).isEqualTo(RUNNING.size() + HALTED.size());
            assertThat(machineWritesSince(killed))
                    .doesNotHaveDuplicates()
                    .doesNotContainAnyElementsOf(written.stream()
                            .map(name -> "patch virtualmachines default/" + name)
                            .toList());

            // And nobody ever saw one with the one's model and the other's features, or changed twice
            String second = stage.machines().cpuFields("vm-0");
            assertThat(second).isNotEqualTo(first);
            eventually(() -> assertThat(witness.changed()).hasSize(RUNNING.size() + HALTED.size()));
            assertThat(witness.cpuFields().values()).containsOnly(List.of(first, second));
        }
        assertThat(runs()).isEqualTo(runs);
    }

    @Test
    void anApiServerThatIsRestartedDuringMigrationsLosesNone() {
        // Given
        Operator operator = running();
        PinnedBaseline pinned = stage.baseline("homelab").pinned();
        List<String> runs = runs();

        // When
        List<UnderWay> migrations =
                RUNNING.stream().map(stage.migrations()::begin).toList();
        migrations.forEach(stage.migrations()::awaitTargetOf);
        assertThat(migrations).anyMatch(migration -> !stage.migrations().isOver(migration));
        stage.lab().restartApiServer();

        // Then they arrive, though programs may end that have missed it for too long, and be started again
        eventually(() -> {
            stage.lab().restartEnded();
            assertThat(migrations).allMatch(stage.migrations()::isOver);
        });
        migrations.forEach(migration -> assertSucceeded(stage.migrations().await(migration)));
        assertThat(runs()).isEqualTo(runs);

        // And the operator goes on
        assertThat(operator.isRunning()).isTrue();
        stage.machines().create("cache", "homelab");
        Seen seen = stage.awaitApplied("homelab", RUNNING.size() + 1);
        assertThat(seen.pinned()).isEqualTo(pinned);

        // KubeVirt 1.8.4's virt-controller ends when it has missed the deletion of a migration; its watches come back
        // late, and the next story begins
        // with such deletions
        stage.lab().kill(Component.VIRT_CONTROLLER);
        stage.lab().start(Component.VIRT_CONTROLLER);
    }

    @Test
    void whileKubeVirtsWebhooksAreAwayWritesAreTriedAgainAndThenAllAreDone() {
        // Given
        Operator operator = running();
        String first = stage.machines().cpuFields("web");
        String next = candidateWithoutVaes();
        AuditLog.Mark before = stage.mark();

        // When the pin moves while nobody can write a virtual machine
        stage.lab().kill(Component.VIRT_API);
        stage.approve("homelab", next);

        // Then it says whom it waits for
        Seen seen = stage.await(
                "homelab",
                now -> assertThat(now.message("VirtualMachinesAligned"))
                        .contains("default/db")
                        .contains("failed calling webhook"));
        assertThat(seen.verdict("VirtualMachinesAligned")).isEqualTo("False Applying");
        assertThat(seen.verdict("Reconciling")).isEqualTo("True ApplyingToVirtualMachines");
        assertThat(seen.verdict("Ready")).isEqualTo("True Pinned");
        assertThat(seen.pinned().revision()).isEqualTo(next);
        assertThat(seen.virtualMachines().pending()).isEqualTo(RUNNING.size());

        // And tries again after longer and longer
        eventually(() -> assertThat(triesSince(before, "web")).hasSizeGreaterThan(5));
        List<Instant> tries = triesSince(before, "web");
        for (int i = 1; i < 5; i++) {
            assertThat(Duration.between(tries.get(i - 1), tries.get(i)))
                    .as("the wait before try %d", i + 1)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(100L << (i - 1)));
        }
        assertThat(stage.machines().cpuFields("web")).isEqualTo(first);
        assertThat(operator.isReady()).isTrue();

        // When they are back
        stage.lab().start(Component.VIRT_API);

        // Then
        seen = stage.await("homelab", "VirtualMachinesAligned", "False PendingRestart");
        assertThat(seen.virtualMachines().applied()).isEqualTo(RUNNING.size());
        assertThat(seen.message("VirtualMachinesAligned")).doesNotContain("webhook");
        assertThat(seen.verdict("Reconciling")).isEqualTo("absent");
        assertThat(machineWritesSince(before).stream().filter(write -> !write.endsWith(" 500")))
                .containsExactlyInAnyOrderElementsOf(RUNNING.stream()
                        .map(name -> "patch virtualmachines default/" + name)
                        .toList());
        assertThat(stage.machines().cpuFields("web")).isNotEqualTo(first);
        assertSucceeded(stage.migrations().migrate("web"));
    }

    /** Machines that run with the baseline of Intel nodes; returns the operator that has written it. */
    private static Operator running() {
        stage.apply(NodeManifests.homelab().only("prox01", "prox06", "prox08"));
        RUNNING.forEach(name -> stage.machines().create(name, "homelab"));
        Operator operator = stage.operator();
        stage.apply(Stage.patching("homelab", "vendors: Single"));
        stage.awaitApplied("homelab", RUNNING.size());
        stage.start(RUNNING.toArray(String[]::new));
        return operator;
    }

    private static String candidateWithoutVaes() {
        stage.edit("homelab", "{\"features\": {\"exclude\": [\"vaes\", \"vpclmulqdq\"]}}");
        return stage.await("homelab", "CandidatePending", "True AwaitingApproval")
                .candidate()
                .revision();
    }

    private static void assertSucceeded(Outcome outcome) {
        assertThat(outcome.result()).as(outcome.explanation()).isEqualTo(Result.SUCCEEDED);
    }

    private static List<String> runs() {
        Migrations migrations = stage.migrations();
        return RUNNING.stream().map(migrations::instanceOf).toList();
    }

    private static List<String> machineWritesSince(AuditLog.Mark mark) {
        return stage.writesSince(mark).stream()
                .filter(write -> write.contains("virtualmachines"))
                .toList();
    }

    /** When the operator has tried to write a virtual machine. */
    private static List<Instant> triesSince(AuditLog.Mark mark, String machine) {
        return stage.lab().auditLog().since(mark).stream()
                .filter(event -> event.isBy(Chart.NAMESPACE, Chart.RELEASE)
                        && event.isOn("virtualmachines")
                        && event.isWrite()
                        && event.name().equals(machine))
                .map(AuditEvent::receivedAt)
                .map(Instant::parse)
                .toList();
    }
}
