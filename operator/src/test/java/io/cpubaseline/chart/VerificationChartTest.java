package io.cpubaseline.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.verification.VerifyCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code verification.schedule}: a CronJob for each baseline, with an account and permissions of its own. */
class VerificationChartTest {

    private static final String SCHEDULED = """
            verification:
              schedule: 0 2 * * 6
              baselines: [intel, a-name-that-is-rather-long.example.com]
              namespace: guests
              image: registry.example.com/fedora:42
              storageClass: ceph-rbd
              rounds: 3
            """;

    private static List<String> arguments(JsonNode job) {
        return StreamSupport.stream(
                        job.at("/spec/jobTemplate/spec/template/spec/containers/0/args")
                                .spliterator(),
                        false)
                .map(JsonNode::asText)
                .toList();
    }

    @Test
    void without_a_schedule_there_is_nothing_of_it() {
        assertThat(Chart.render().objects())
                .noneMatch(object -> Manifests.name(object).contains("verification"));
    }

    @Test
    void every_baseline_has_a_job_whose_command_line_is_one() {
        // When
        List<JsonNode> jobs = Chart.render(SCHEDULED).all("CronJob").toList();

        // Then
        assertThat(jobs).hasSize(2).allSatisfy(job -> {
            assertThat(Manifests.name(job)).hasSizeLessThanOrEqualTo(52);
            assertThat(job.at("/spec/schedule").asText()).isEqualTo("0 2 * * 6");
            assertThat(job.at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
        });
        assertThat(arguments(jobs.get(0)))
                .containsExactly(
                        "verify",
                        "--baseline=intel",
                        "--namespace=guests",
                        "--rounds=3",
                        "--record",
                        "--image=registry.example.com/fedora:42",
                        "--storage-class=ceph-rbd");
        List<String> options = new ArrayList<>(arguments(jobs.get(1)));
        options.remove(0);
        assertThat(new CommandLine(new VerifyCommand())
                        .parseArgs(options.toArray(String[]::new))
                        .matchedOptionValue("--baseline", ""))
                .isEqualTo("a-name-that-is-rather-long.example.com");
    }

    /** Else its Service would send scrapes there, and its Deployment would take the pod for its own. */
    @Test
    void the_operators_selector_does_not_select_its_pods() {
        // When
        Manifests release = Chart.render(SCHEDULED);

        // Then
        JsonNode labels =
                release.all("CronJob").findFirst().orElseThrow().at("/spec/jobTemplate/spec/template/metadata/labels");
        String name = "app.kubernetes.io/name";
        assertThat(labels.path(name).asText())
                .isEqualTo("cpu-baseline-verification")
                .isNotEqualTo(release.the("Deployment")
                        .at("/spec/selector/matchLabels")
                        .path(name)
                        .asText());
    }

    @Test
    void its_pod_is_as_restricted_as_the_operators() {
        // When
        Manifests release = Chart.render(SCHEDULED);
        JsonNode pod = release.all("CronJob").findFirst().orElseThrow().at("/spec/jobTemplate/spec/template/spec");

        // Then
        assertThat(pod.path("securityContext")).isEqualTo(release.pod().at("/spec/securityContext"));
        assertThat(pod.at("/containers/0/securityContext"))
                .isEqualTo(release.container().path("securityContext"));
        assertThat(pod.at("/containers/0/image")).isEqualTo(release.container().path("image"));
    }

    @Test
    void what_it_may_do_in_the_cluster_is_to_read_and_to_record() {
        // When
        Manifests release = Chart.render(SCHEDULED);

        // Then
        JsonNode role = release.all("ClusterRole")
                .filter(object -> Manifests.name(object).equals("cpu-baseline-verification"))
                .findFirst()
                .orElseThrow();
        assertThat(role.path("rules")).isEqualTo(Chart.parse("""
                        - {apiGroups: [""], resources: [nodes, pods], verbs: [list]}
                        - {apiGroups: [kubevirt.io], resources: [kubevirts], verbs: [list]}
                        - {apiGroups: [cpubaseline.io], resources: [clustercpubaselines],
                           resourceNames: [intel, a-name-that-is-rather-long.example.com], verbs: [get]}
                        - {apiGroups: [cpubaseline.io], resources: [clustercpubaselines/status],
                           resourceNames: [intel, a-name-that-is-rather-long.example.com], verbs: [patch]}
                        """));
        assertThat(release.all("Role")
                        .filter(object -> Manifests.name(object).equals("cpu-baseline-verification"))
                        .map(object -> object.at("/metadata/namespace").asText()))
                .containsExactly("guests");
        assertThat(release.all("RoleBinding")
                        .filter(object -> Manifests.name(object).equals("cpu-baseline-verification"))
                        .map(object -> object.path("subjects")))
                .containsExactly(
                        Chart.parse("[{kind: ServiceAccount, name: cpu-baseline-verification, namespace: baselines}]"));
    }

    @Test
    void a_schedule_of_nothing_is_refused() {
        assertThatThrownBy(() -> Chart.render("verification: {schedule: 0 2 * * 6}"))
                .hasMessageContaining("verification.baselines names none");
    }
}
