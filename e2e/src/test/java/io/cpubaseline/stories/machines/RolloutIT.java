package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.objects.AuditEvent;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A revision on its way into many machines: how fast, how far, and what stops it. */
class RolloutIT {
    private static final Set<String> INTEL = Set.of("prox01", "prox05", "prox06", "prox07", "prox08");
    private static final int MACHINES = 12;
    private static final int PER_MINUTE = 120;

    @RegisterExtension
    static final Stage stage = Stage.full();

    private static List<String> machines() {
        List<String> names =
                IntStream.range(0, MACHINES).mapToObj("vm-%02d"::formatted).toList();
        names.forEach(name -> stage.machines().create(name, "intel"));
        return names;
    }

    private static String rollingOut(String limits) {
        return Stage.patchingVendor("intel", "Intel")
                .replace("rollout: {maxUnproven: 100%, maxPerMinute: 0}", "rollout: {" + limits + "}");
    }

    @Test
    void aRevisionThatGuestsFindNoNodeWithStopsAtTheFirstFewAndOneLineLeadsBack() {
        // Given a first revision, which one guest has proven
        stage.homelab();
        List<String> machines = machines();
        stage.operator();
        stage.apply(rollingOut("maxUnproven: \"3\", maxPerMinute: 0"));
        Seen unproven = stage.await("intel", "VirtualMachinesAligned", "False AwaitingProof");
        assertThat(unproven.virtualMachines().applied()).isEqualTo(3);
        assertThat(unproven.verdict("Reconciling")).isEqualTo("absent");
        stage.start("vm-00");
        Seen first = stage.awaitApplied("intel", MACHINES);

        // When another one is approved, and its label gets lost before anything starts with it
        stage.edit("intel", "{\"abiLevel\": {\"maximum\": \"x86-64-v2\"}}");
        String next = stage.await(
                        "intel", seen -> assertThat(seen.hasCandidate()).isTrue())
                .candidate()
                .revision();
        stage.approve("intel", next);
        Seen few = stage.await("intel", seen -> {
            assertThat(seen.pinned().revision()).isEqualTo(next);
            assertThat(seen.verdict("VirtualMachinesAligned")).isEqualTo("False AwaitingProof");
        });
        assertThat(few.virtualMachines().applied()).isEqualTo(3);
        INTEL.forEach(node -> stage.nodes().loseModel(node, few.pinned().cpuModel()));
        stage.machines().runStrategy("vm-01", "Always");

        // Then it stops there, and says why
        Seen halted = stage.await("intel", "Stalled", "True RolloutHalted");
        assertThat(halted.message("Stalled"))
                .contains(
                        "default/vm-01",
                        "cpu-model.node.kubevirt.io/" + few.pinned().cpuModel())
                .endsWith("spec.approvedRevision: " + first.pinned().revision());
        assertThat(halted.verdict("VirtualMachinesAligned")).isEqualTo("False RolloutHalted");
        assertThat(halted.verdict("Reconciling")).isEqualTo("absent");
        assertThat(withRevision(machines, next)).isEqualTo(3);

        // When
        stage.approve("intel", first.pinned().revision());

        // Then
        Seen back = stage.await("intel", seen -> {
            assertThat(seen.pinned().revision()).isEqualTo(first.pinned().revision());
            assertThat(seen.virtualMachines().applied()).isEqualTo(MACHINES);
        });
        assertThat(back.verdict("Stalled")).isEqualTo("absent");
        assertThat(withRevision(machines, first.pinned().revision())).isEqualTo(MACHINES);
    }

    private static long withRevision(List<String> machines, String revision) {
        return machines.stream()
                .filter(name -> revision.equals(stage.machines().labels(name).get("cpubaseline.io/revision")))
                .count();
    }

    @Test
    void soManyAreWrittenInAMinuteAndAKilledOperatorGoesOnWhereItWas() {
        // Given
        stage.homelab();
        List<String> machines = machines();
        AuditLog.Mark before = stage.mark();
        Operator killed = stage.operatorIn("first");
        stage.apply(rollingOut("maxUnproven: 100%, maxPerMinute: " + PER_MINUTE));
        String revision = stage.awaitPinned("intel").pinned().revision();

        // When it is killed in the middle
        eventually(() -> assertThat(withRevision(machines, revision)).isBetween(3L, 8L));
        killed.kill();
        stage.operatorIn("second");

        // Then the next one does the rest, and writes none twice
        stage.awaitApplied("intel", MACHINES);
        List<String> patches = stage.writesSince(before).stream()
                .filter(write -> write.startsWith("patch virtualmachines "))
                .toList();
        assertThat(patches).hasSize(MACHINES).doesNotHaveDuplicates();

        // And never two at once
        List<Instant> times = stage.lab().auditLog().since(before).stream()
                .filter(event -> event.isOn("virtualmachines") && event.verb().equals("patch"))
                .filter(event -> event.requestUri().contains("fieldManager=cpu-baseline.intel"))
                .map(AuditEvent::receivedAt)
                .map(Instant::parse)
                .sorted()
                .toList();
        Duration all = Duration.between(times.get(0), times.get(MACHINES - 1));
        // A full bucket holds two.
        assertThat(all)
                .isGreaterThanOrEqualTo(
                        Duration.ofMinutes(1).multipliedBy(MACHINES - 4).dividedBy(PER_MINUTE));
    }
}
