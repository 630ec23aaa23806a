package io.cpubaseline.report;

import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.report.Reporting.condition;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.RevisionInUse;
import io.cpubaseline.baseline.Revision;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.GuestCpu;
import io.cpubaseline.virtualmachine.Tally;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What runs, by the instances alone, and where it could go. */
class RevisionsInUseTest {

    private final Tally tally = new Tally();

    private ClusterCpuBaselineStatus report() {
        return new Reporting().virtualMachines(Mode.PATCH, tally).report(nodes("xeon-gold-6130", "ice-lake-server"));
    }

    private static String revision(String model, String... features) {
        return Revision.of(model, FeatureSet.of(features));
    }

    @Test
    void instances_are_counted_by_revision_those_that_most_run_with_first() {
        // Given
        tally.runs(new GuestCpu("Nehalem", List.of(), ""), 2);
        tally.runs(new GuestCpu("Nehalem", List.of("aes"), ""), 7);
        tally.runs(new GuestCpu("host-model", List.of(), ""), 4);
        tally.runs(new GuestCpu("", List.of(), ""), 1);

        // When
        List<RevisionInUse> inUse = report().revisionsInUse();

        // Then: KubeVirt's default is host-model
        assertThat(inUse)
                .containsExactly(
                        new RevisionInUse(revision("Nehalem", "aes"), 7, 2),
                        new RevisionInUse("host-model", 5, null),
                        new RevisionInUse(revision("Nehalem"), 2, 2));
    }

    @Test
    void there_are_ten_at_most() {
        // Given
        IntStream.range(0, 30).forEach(i -> tally.runs(new GuestCpu("Model-" + i, List.of(), ""), 1 + i));

        // When
        List<RevisionInUse> inUse = report().revisionsInUse();

        // Then
        assertThat(inUse).hasSize(10);
        assertThat(inUse.get(0)).isEqualTo(new RevisionInUse(revision("Model-29"), 30, 0));
    }

    @Test
    void an_earlier_revision_with_one_node_left_is_named_before_that_is_drained() {
        // Given
        tally.runs(new GuestCpu("Icelake-Server-noTSX", List.of(), ""), 3);

        // When
        ClusterCpuBaselineStatus status = report();

        // Then
        assertThat(status.revisionsInUse()).containsExactly(new RevisionInUse(revision("Icelake-Server-noTSX"), 3, 1));
        assertThat(condition(status, "VirtualMachinesAligned").orElseThrow().message())
                .contains(
                        "Guests that still run with %s (3) have at most one node of their vendor left: restart them before it is drained."
                                .formatted(revision("Icelake-Server-noTSX")));
    }

    @Test
    void one_that_has_a_single_node_of_its_own_vendor_is_named_though_another_vendor_has_more() {
        // Given: Nehalem is usable on both Skylakes and on the AMD node
        tally.runs(new GuestCpu("Nehalem", List.of(), "Intel"), 5);
        tally.runs(new GuestCpu("Nehalem", List.of(), "AMD"), 2);

        // When
        ClusterCpuBaselineStatus status = new Reporting()
                .virtualMachines(Mode.PATCH, tally)
                .report(nodes("xeon-gold-6130", "xeon-gold-6130", "epyc-9334-32-core"));

        // Then
        assertThat(status.revisionsInUse()).containsExactly(new RevisionInUse(revision("Nehalem"), 7, 3));
        assertThat(condition(status, "VirtualMachinesAligned").orElseThrow().message())
                .contains("Guests that still run with %s (2 on AMD) have at most one node of their vendor left"
                        .formatted(revision("Nehalem")));
    }
}
