package io.cpubaseline.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvidenceRemarksTest {

    @Test
    void a_node_with_more_strange_labels_than_are_kept_is_named_with_their_number() {
        // Given
        CpuEvidence host = Fleets.host("xeon-gold-6130");
        CpuEvidence strange = new CpuEvidence(
                host.labelledFeatures(),
                host.labelledModels(),
                host.labelledVendors(),
                Collections.emptySortedMap(),
                7_744,
                host.silicon());

        // When
        List<String> remarks = EvidenceRemarks.of(new Planner(CatalogLoader.selection())
                .assess(
                        List.of(
                                NodeCpu.healthy("n1", host),
                                NodeCpu.healthy("n2", strange),
                                NodeCpu.healthy("n3", strange)),
                        Policy.open(),
                        null));

        // Then
        assertThat(remarks)
                .singleElement()
                .satisfies(remark -> assertThat(remark)
                        .startsWith("n2 and 1 more: 7744 more CPU labels")
                        .endsWith("kubectl get node n2 --show-managed-fields -o yaml."));
    }
}
