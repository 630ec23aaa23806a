package io.cpubaseline.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import io.cpubaseline.operator.kube.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of pods. */
class LauncherReaderTest {

    private static PodView read(String json) throws IOException {
        return new LauncherReader().read(Json.MAPPER.readTree(json.replace('\'', '"')));
    }

    private static NodeCapacity requests(String spec) throws IOException {
        return read("{'spec':" + spec + "}").requests();
    }

    private static String container(String more, String cpu, String memory) {
        return "{%s'resources':{'requests':{'cpu':'%s','memory':'%s'}}}".formatted(more, cpu, memory);
    }

    @Test
    void containers_count_together_and_one_that_only_starts_counts_where_it_needs_more() throws IOException {
        String containers = "[" + container("", "1", "1Gi") + "," + container("", "500m", "1Gi") + "]";

        assertThat(requests("{'containers':" + containers + "}")).isEqualTo(new NodeCapacity(1500, 2L << 30));
        assertThat(requests(
                        "{'containers':%s,'initContainers':[%s]}".formatted(containers, container("", "100m", "8Gi"))))
                .isEqualTo(new NodeCapacity(1500, 8L << 30));
    }

    @Test
    void an_init_container_that_keeps_running_counts_beside_them_and_so_does_the_runtime() throws IOException {
        assertThat(requests("{'containers':[%s],'initContainers':[%s,%s],'overhead':{'cpu':'250m'}}"
                        .formatted(
                                container("", "1", "1Gi"),
                                container("'restartPolicy':'Always',", "1", "1Gi"),
                                container("", "1500m", "2Gi"))))
                .isEqualTo(new NodeCapacity(2750, 3L << 30));
    }

    @Test
    void what_the_whole_pod_requests_replaces_the_sum_of_its_containers_but_not_the_runtimes() throws IOException {
        String containers = "'containers':[%s],'initContainers':[%s],'overhead':{'cpu':'250m'}"
                .formatted(container("", "1", "1Gi"), container("", "100m", "8Gi"));

        assertThat(requests("{%s,'resources':{'requests':{'cpu':'3','memory':'2Gi'}}}".formatted(containers)))
                .isEqualTo(new NodeCapacity(3250, 2L << 30));
        assertThat(requests(
                        "{'resources':{'requests':{'cpu':'0'},'limits':{'memory':'1Gi'}},%s}".formatted(containers)))
                .isEqualTo(new NodeCapacity(250, 8L << 30));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "{'spec':{'nodeName':'n1'},'status':{'phase':'Running'}} | true",
                "{'spec':{'nodeName':'n1'},'status':{'phase':'Succeeded'}} | false",
                "{'spec':{'nodeName':'n1'},'status':{'phase':'Failed'}} | false",
                "{'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'},'spec':{'nodeName':'n1'},'status':{'phase':'Running'}} | true",
                "{'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'},'spec':{'nodeName':'n1'},'status':{'phase':'Failed'}} | false",
                "{'spec':{},'status':{'phase':'Pending'}} | false"
            })
    void one_that_has_ended_or_has_no_node_takes_no_room_and_one_that_is_being_deleted_does(String pod, boolean takes)
            throws IOException {
        assertThat(read(pod).takesRoom()).isEqualTo(takes);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "{'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'labelSelector':{'matchLabels':{'kubevirt.io/created-by':'i'}}}]}}} | false",
                "{'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'labelSelector':{'matchLabels':{'app':'db'}}}]}}} | true",
                "{'affinity':{'podAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':1}]}}} | false",
                "{'topologySpreadConstraints':[{'whenUnsatisfiable':'DoNotSchedule'}]} | true",
                "{'topologySpreadConstraints':[{'whenUnsatisfiable':'ScheduleAnyway'}]} | false"
            })
    void what_it_requires_of_other_pods_is_noticed_but_for_kubevirts_own_rule(String spec, boolean noticed)
            throws IOException {
        assertThat(read("{'spec':" + spec + "}").aboutOtherPods()).isEqualTo(noticed);
    }

    @Test
    void odd_values_are_none() throws IOException {
        assertThat(requests("{'containers':[{'resources':{'requests':{'cpu':'much','memory':-1}}},7]}"))
                .isEqualTo(NodeCapacity.none());
    }
}
