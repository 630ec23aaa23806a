package io.cpubaseline.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Subject;
import io.cpubaseline.fleet.NodeSelection.Term;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be done about an obstacle. */
class WayOutTest {

    private static String decisive(LauncherPod pod, Background background, NodeCpu... nodes) {
        List<NodeCpu> all = Arrays.asList(nodes);
        Obstacle first =
                Verdict.of(pod, background, all, Room.empty()).obstacles().get(0);
        return WayOut.of(first, background, all);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zone | In | a, b | label more nodes: zone is to be a, b",
                "zone | NotIn | c | give nodes another value of zone than c",
                "gpu | Exists | '' | label more nodes with gpu",
                "zone | DoesNotExist | '' | take the label zone off nodes",
                "rank | Gt | 7 | label more nodes: rank is to be a whole number above 7",
                "rank | Lt | 3 | label more nodes: rank is to be a whole number below 3",
                "rank | Gt | seven | Gt compares with one whole number, and no node matches seven",
                "rank | Lt | '' | Lt compares with one whole number, and no node matches none",
                "zone | Near | a | use In, NotIn, Exists, DoesNotExist, Gt or Lt: no node matches another operator",
                "metadata.name | In | n9 | name other nodes",
                "metadata.uid | In | u | Kubernetes knows no field metadata.uid of nodes",
            })
    void an_affinity_is_met_by_what_its_operator_asks_for(String key, String operator, String values, String remedy) {
        // Given
        List<Term> terms = List.of(new Term(List.of(new Requirement(
                new Subject(key.startsWith("metadata."), key),
                operator,
                values.isEmpty() ? List.of() : List.of(values.split(", "))))));
        Background background = new Background(
                Places.guest("Haswell", Places.shape(new NodeSelection(Map.of(), terms), List.of())),
                Places.RULES,
                null,
                true);
        LauncherPod pod = new LauncherPod(Map.of(), terms, List.of(), NodeCapacity.none(), true);
        NodeCpu node = Places.labelled("n1", Map.of("kubevirt.io/schedulable", "true", "zone", "c", "rank", "5"));

        // Then
        assertThat(decisive(pod, background, node)).isEqualTo(remedy + ", or make it a preferred affinity");
    }

    @Test
    void a_machine_type_is_never_replaced_by_itself() {
        // Given
        String asked = KubeVirtLabels.MACHINE_TYPE + "q35";
        LauncherPod pod = new LauncherPod(Map.of(asked, "true"), List.of(), List.of(), NodeCapacity.none(), true);
        Background background = new Background(Places.guest("Haswell"), Places.RULES, null, true);

        // Then
        assertThat(decisive(
                        pod,
                        background,
                        Places.node("n1", asked),
                        Places.node("n2", asked),
                        Places.node("n3", KubeVirtLabels.MACHINE_TYPE + "pc-q35-9.6")))
                .isEqualTo("finish KubeVirt's upgrade; or set pc-q35-9.6, which 1 of 3 nodes have");
    }
}
