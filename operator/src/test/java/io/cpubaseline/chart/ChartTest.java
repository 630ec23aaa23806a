package io.cpubaseline.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.cpubaseline.operator.process.RunCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What a release consists of, and how values change it. */
class ChartTest {

    private static final List<String> DEFINITIONS =
            List.of("cpubaseline.io_clustercpubaselines.yaml", "cpubaseline.io_clusterrestartcampaigns.yaml");

    /** Everything optional at once. */
    static final String EVERYTHING = """
            replicas: 2
            leaderElection: {namespace: leases}
            nodeFeatureDiscovery: {namespace: nfd}
            virtualMachines: {write: true, namespaces: [team-a, team-b], trustedManagers: [velero-server, backup tool]}
            admission: {enabled: true}
            restartCampaigns: {enabled: true, namespaces: [team-a],
              prometheusUrl: "https://thanos.example.org:9091/a", prometheusTokenFile: /run/token, prometheusCaFile: /run/ca.crt}
            clusterDefault: {write: true}
            approvals: {restricted: true}
            image: {repository: registry.example.org/cpu-baseline, tag: 1.2.3, pullPolicy: Always}
            imagePullSecrets: [{name: registry}]
            timing: {evidenceGrace: PT1M30S, countWriteInterval: 5s, retryInitial: 2s, retryMax: 1h, refusalRetry: 3h, probeInterval: 11s, reapplyDelay: 12s,
              contentionWindow: 2h, conflictDelay: 9s, proofTime: 6m, requestTimeout: 13s, watchIdleLimit: 50s, watchRetryMax: 14s,
              resyncInterval: 8m, eventInterval: 3s, leaseDuration: 40s, restartInterval: 20s}
            logFormat: json
            listenPort: 9090
            extraArgs: ["--something=a b"]
            extraEnv: [{name: CPU_BASELINE_JVM_OPTIONS, value: -Xmx128m}]
            serviceAccount: {annotations: {example.org/team: platform}}
            serviceMonitor: {enabled: true, interval: 15s, labels: {release: prometheus}}
            networkPolicy: {enabled: true, metricsFrom: [{namespaceSelector: {}}], extraEgress: [{ports: [{port: 9091}]}]}
            podDisruptionBudget: {enabled: true}
            podAnnotations: {example.org/note: hello}
            podLabels: {example.org/tier: infra}
            priorityClassName: system-cluster-critical
            nodeSelector: {node-role.kubernetes.io/control-plane: ""}
            tolerations: [{key: node-role.kubernetes.io/control-plane, effect: NoSchedule}]
            affinity: {podAntiAffinity: {}}
            topologySpreadConstraints:
              - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}
            """;

    @Test
    void the_chart_passes_helms_strict_lint() {
        // When
        LintResult result = new Helm(Chart.DIRECTORY).lint().strict().call();

        // Then
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @Test
    void the_defaults_render_the_operator_its_permissions_and_the_definition_and_nothing_else() {
        // When
        Manifests release = Chart.render();

        // Then
        assertThat(release.kinds())
                .containsExactly(
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRole",
                        "ClusterRoleBinding",
                        "ClusterRoleBinding",
                        "ClusterRoleBinding",
                        "ClusterRoleBinding",
                        "ClusterRoleBinding",
                        "CustomResourceDefinition",
                        "CustomResourceDefinition",
                        "Deployment",
                        "Role",
                        "RoleBinding",
                        "Service",
                        "ServiceAccount");
    }

    @Test
    void the_charts_version_and_the_default_image_tag_are_the_programs_version() throws IOException {
        // Given
        String pom = Files.readString(Chart.REPOSITORY.resolve("pom.xml"));
        String program = pom.replaceFirst("(?s).*?<version>(.*?)(-SNAPSHOT)?</version>.*", "$1");

        // When
        JsonNode chart = Chart.read("Chart.yaml");

        // Then
        assertThat(chart.path("version").asText()).isEqualTo(program);
        assertThat(chart.path("appVersion").asText()).isEqualTo(program);
        assertThat(Chart.render().container().path("image").asText()).isEqualTo(Chart.IMAGE + ":" + program);
    }

    @Test
    void a_kubernetes_too_old_is_refused() {
        assertThatThrownBy(() -> new Helm(Chart.DIRECTORY)
                        .template()
                        .withKubeVersion("1.30.9")
                        .call())
                .hasMessageContaining("chart requires kubeVersion: >=1.31.0-0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", EVERYTHING})
    void every_object_says_which_release_it_belongs_to(String values) {
        // When
        Manifests release = Chart.render(values);

        // Then
        assertThat(release.objects()).isNotEmpty().allSatisfy(object -> {
            JsonNode labels = object.at("/metadata/labels");
            assertThat(labels.path("app.kubernetes.io/name").asText()).isEqualTo("cpu-baseline");
            assertThat(labels.path("app.kubernetes.io/instance").asText()).isEqualTo(Chart.RELEASE);
            assertThat(labels.path("app.kubernetes.io/managed-by").asText()).isEqualTo("Helm");
            assertThat(labels.path("app.kubernetes.io/version").isTextual()).isTrue();
            assertThat(labels.path("helm.sh/chart").asText()).startsWith("cpu-baseline-");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", EVERYTHING})
    void namespaced_objects_name_their_namespace_so_that_plain_kubectl_can_apply_them(String values) {
        // When
        Manifests release = Chart.render(values);

        // Then
        assertThat(release.objects())
                .filteredOn(object -> !object.path("kind")
                        .asText()
                        .matches("Cluster.*|CustomResourceDefinition|.*AdmissionPolicy(Binding)?"))
                .isNotEmpty()
                .allSatisfy(object ->
                        assertThat(object.at("/metadata/namespace").asText()).isNotEmpty());
    }

    @Test
    void names_of_one_kind_are_unique_within_their_namespace() {
        // When
        Manifests release = Chart.render(EVERYTHING);

        // Then
        assertThat(release.objects())
                .extracting(object -> object.path("kind").asText() + " "
                        + object.at("/metadata/namespace").asText() + "/" + Manifests.name(object))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_release_of_another_name_prefixes_its_objects() {
        // When
        Manifests release = Chart.render(Chart.DIRECTORY, "second", "{}");

        // Then
        assertThat(Manifests.name(release.the("Deployment"))).isEqualTo("second-cpu-baseline");
        assertThat(release.pod().at("/spec/serviceAccountName").asText()).isEqualTo("second-cpu-baseline");
    }

    @Test
    void the_selectors_find_the_pod() {
        // Given
        Manifests release = Chart.render(EVERYTHING);
        JsonNode labels = release.pod().at("/metadata/labels");

        // When
        List<JsonNode> selectors = List.of(
                release.the("Deployment").at("/spec/selector/matchLabels"),
                release.the("Service").at("/spec/selector"),
                release.the("NetworkPolicy").at("/spec/podSelector/matchLabels"),
                release.the("PodDisruptionBudget").at("/spec/selector/matchLabels"),
                release.pod().at("/spec/topologySpreadConstraints/0/labelSelector/matchLabels"));

        // Then
        assertThat(selectors)
                .allSatisfy(selector -> assertThat(selector.properties())
                        .isNotEmpty()
                        .allSatisfy(
                                entry -> assertThat(labels.path(entry.getKey())).isEqualTo(entry.getValue())));
        assertThat(release.the("Service").at("/metadata/labels").properties())
                .containsAll(release.the("ServiceMonitor")
                        .at("/spec/selector/matchLabels")
                        .properties());
    }

    @Test
    void the_defaults_reach_the_command_line() {
        // When
        Manifests release = Chart.render();

        // Then
        assertThat(release.arguments())
                .containsExactly(
                        "run",
                        "--listen-port=8080",
                        "--leader-elect=true",
                        "--lease-namespace=" + Chart.NAMESPACE,
                        "--log-format=text",
                        "--evidence-grace=10m",
                        "--count-write-interval=30s",
                        "--retry-initial=1s",
                        "--retry-max=5m",
                        "--refusal-retry=1h",
                        "--probe-interval=10s",
                        "--reapply-delay=10s",
                        "--contention-window=1h",
                        "--conflict-delay=10s",
                        "--proof-time=5m",
                        "--request-timeout=15s",
                        "--watch-idle-limit=45s",
                        "--watch-retry-max=30s",
                        "--resync-interval=10m",
                        "--event-interval=1s",
                        "--lease-duration=30s",
                        "--restart-interval=10s",
                        "--write-virtual-machines=false",
                        "--restart-virtual-machines=false",
                        "--write-cluster-default=false");
    }

    /** Nobody should need {@code extraArgs} for a waiting time. */
    @Test
    void every_waiting_time_of_the_command_line_is_a_value_with_the_same_default() {
        // Given
        List<OptionSpec> times = new CommandLine(new RunCommand())
                .getCommandSpec().options().stream()
                        .filter(option -> option.type() == Duration.class)
                        .toList();

        // When
        List<String> arguments = Chart.render().arguments();

        // Then
        assertThat(times)
                .hasSizeGreaterThan(13)
                .allSatisfy(
                        option -> assertThat(arguments).contains(option.longestName() + "=" + option.defaultValue()));
    }

    @Test
    void every_value_reaches_the_command_line_the_pod_and_its_neighbours() {
        // When
        Manifests release = Chart.render(EVERYTHING);

        // Then
        assertThat(release.arguments())
                .containsExactly(
                        "run",
                        "--listen-port=9090",
                        "--leader-elect=true",
                        "--lease-namespace=leases",
                        "--log-format=json",
                        "--evidence-grace=PT1M30S",
                        "--count-write-interval=5s",
                        "--retry-initial=2s",
                        "--retry-max=1h",
                        "--refusal-retry=3h",
                        "--probe-interval=11s",
                        "--reapply-delay=12s",
                        "--contention-window=2h",
                        "--conflict-delay=9s",
                        "--proof-time=6m",
                        "--request-timeout=13s",
                        "--watch-idle-limit=50s",
                        "--watch-retry-max=14s",
                        "--resync-interval=8m",
                        "--event-interval=3s",
                        "--lease-duration=40s",
                        "--restart-interval=20s",
                        "--write-virtual-machines=true",
                        "--trusted-managers=velero-server,backup tool",
                        "--restart-virtual-machines=true",
                        "--prometheus-url=https://thanos.example.org:9091/a",
                        "--prometheus-token-file=/run/token",
                        "--prometheus-ca-file=/run/ca.crt",
                        "--write-cluster-default=true",
                        "--node-feature-namespace=nfd",
                        "--admission-policy=cpu-baseline",
                        "--something=a b");
        JsonNode container = release.container();
        assertThat(container.path("image").asText()).isEqualTo("registry.example.org/cpu-baseline:1.2.3");
        assertThat(container.path("imagePullPolicy").asText()).isEqualTo("Always");
        assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(9090);
        assertThat(container.at("/env/2")).isEqualTo(Chart.parse("{name: CPU_BASELINE_JVM_OPTIONS, value: -Xmx128m}"));
        JsonNode pod = release.pod();
        assertThat(pod.at("/metadata/annotations/example.org~1note").asText()).isEqualTo("hello");
        assertThat(pod.at("/metadata/labels/example.org~1tier").asText()).isEqualTo("infra");
        assertThat(pod.at("/spec/imagePullSecrets")).isEqualTo(Chart.parse("[{name: registry}]"));
        assertThat(pod.at("/spec/priorityClassName").asText()).isEqualTo("system-cluster-critical");
        assertThat(pod.at("/spec/nodeSelector")).isEqualTo(Chart.parse("{node-role.kubernetes.io/control-plane: ''}"));
        assertThat(pod.at("/spec/tolerations/0/effect").asText()).isEqualTo("NoSchedule");
        assertThat(pod.at("/spec/affinity")).isEqualTo(Chart.parse("{podAntiAffinity: {}}"));
        assertThat(release.the("Deployment").at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(release.the("ServiceAccount")
                        .at("/metadata/annotations/example.org~1team")
                        .asText())
                .isEqualTo("platform");
        assertThat(release.the("ServiceMonitor").at("/metadata/labels/release").asText())
                .isEqualTo("prometheus");
        assertThat(release.the("ServiceMonitor").at("/spec/endpoints"))
                .isEqualTo(Chart.parse("[{port: http, path: /metrics, interval: 15s}]"));
        assertThat(release.the("NetworkPolicy").at("/spec/ingress"))
                .isEqualTo(Chart.parse("[{ports: [{port: http}], from: [{namespaceSelector: {}}]}]"));
        assertThat(release.the("NetworkPolicy").at("/spec/egress"))
                .isEqualTo(Chart.parse("[{ports: [{port: 443}, {port: 6443}]}, {ports: [{port: 9091}]}]"));
        assertThat(release.the("PodDisruptionBudget").at("/spec/maxUnavailable").asInt())
                .isEqualTo(1);
    }

    @Test
    void a_digest_takes_the_tags_place() {
        // Given
        String digest = "sha256:" + "0123456789abcdef".repeat(4);

        // When
        Manifests release =
                Chart.render("image: {repository: registry.example.org/b, tag: 1.2.3, digest: '" + digest + "'}");

        // Then
        assertThat(release.container().path("image").asText()).isEqualTo("registry.example.org/b@" + digest);
    }

    @Test
    void the_probes_and_the_metrics_use_the_port_that_the_operator_listens_on() {
        // When
        Manifests release = Chart.render();

        // Then
        JsonNode container = release.container();
        assertThat(container.at("/ports/0")).isEqualTo(Chart.parse("{name: http, containerPort: 8080}"));
        assertThat(container.at("/startupProbe/httpGet")).isEqualTo(Chart.parse("{path: /livez, port: http}"));
        assertThat(container.at("/livenessProbe/httpGet")).isEqualTo(Chart.parse("{path: /livez, port: http}"));
        assertThat(container.at("/readinessProbe/httpGet")).isEqualTo(Chart.parse("{path: /readyz, port: http}"));
        assertThat(release.the("Service").at("/spec/ports"))
                .isEqualTo(Chart.parse("[{name: http, port: 8080, targetPort: http}]"));
    }

    @Test
    void the_pod_tells_the_operator_its_name_which_is_the_leases_identity() {
        // When
        JsonNode environment = Chart.render().container().path("env");

        // Then
        assertThat(environment).isEqualTo(Chart.parse("""
                                - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                                - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
                                """));
    }

    @Test
    void without_leader_election_an_update_never_runs_two_operators() {
        // When
        Manifests release = Chart.render("leaderElection: {enabled: false}");

        // Then
        assertThat(release.the("Deployment").at("/spec/strategy")).isEqualTo(Chart.parse("{type: Recreate}"));
        assertThat(release.arguments()).contains("--leader-elect=false");
    }

    @Test
    void the_definitions_in_the_release_are_those_in_crds_and_are_kept_on_uninstall() throws IOException {
        // Given
        try (var files = Files.list(Chart.REPOSITORY.resolve("crds"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(DEFINITIONS);
        }

        // When
        List<JsonNode> rendered = Chart.render().all("CustomResourceDefinition").toList();

        // Then
        assertThat(rendered).hasSameSizeAs(DEFINITIONS);
        for (int i = 0; i < rendered.size(); i++) {
            JsonNode original = Chart.YAML.readTree(
                    Chart.REPOSITORY.resolve("crds").resolve(DEFINITIONS.get(i)).toFile());
            assertThat(rendered.get(i).path("spec")).isEqualTo(original.path("spec"));
            assertThat(Manifests.name(rendered.get(i))).isEqualTo(Manifests.name(original));
            assertThat(rendered.get(i)
                            .at("/metadata/annotations/helm.sh~1resource-policy")
                            .asText())
                    .isEqualTo("keep");
        }
    }

    @Test
    void the_definitions_leave_with_the_release_where_that_is_asked_for() {
        assertThat(Chart.render("crds: {keep: false}").all("CustomResourceDefinition"))
                .hasSameSizeAs(DEFINITIONS)
                .allSatisfy(definition -> assertThat(
                                definition.at("/metadata/annotations").has("helm.sh/resource-policy"))
                        .isFalse());
    }

    @Test
    void the_definitions_can_be_left_to_others() {
        assertThat(Chart.render("crds: {install: false}").all("CustomResourceDefinition"))
                .isEmpty();
    }

    @Test
    void the_chart_links_to_the_definitions_and_the_packaged_chart_carries_them() {
        // Given
        assertThat(DEFINITIONS)
                .allSatisfy(file -> assertThat(Chart.DIRECTORY.resolve("files").resolve(file))
                        .isSymbolicLink());

        // When
        Manifests fromDirectory = Chart.render(Chart.DIRECTORY, Chart.RELEASE, "{}");
        Manifests fromArchive = Chart.render();

        // Then
        assertThat(fromArchive).isEqualTo(fromDirectory);
        assertThat(fromArchive.all("CustomResourceDefinition")).hasSameSizeAs(DEFINITIONS);
    }

    @ParameterizedTest
    @FieldSource("DEFINITIONS")
    void a_copy_of_the_chart_that_lost_a_link_says_so_instead_of_installing_nothing(
            String lost, @TempDir Path directory) throws IOException {
        // Given
        try (var files = Files.walk(Chart.DIRECTORY)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(lost))
                    .toList()) {
                Path copy = directory.resolve(Chart.DIRECTORY.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }

        // When, Then
        assertThatThrownBy(() -> Chart.render(directory, Chart.RELEASE, "{}"))
                .hasMessageContaining("files/" + lost)
                .hasMessageContaining("the symbolic link to crds/ was lost")
                .hasMessageContaining("crds.install=false");
        assertThat(Chart.render(directory, Chart.RELEASE, "crds: {install: false}")
                        .kinds())
                .contains("Deployment");
    }

    @Test
    void the_notes_say_what_the_operator_may_write_and_what_an_uninstall_deletes() {
        assertThat(Chart.notes("{}")).contains("not write them").doesNotContain("deletes");
        assertThat(Chart.notes("virtualMachines: {write: true}")).contains("in every namespace");
        assertThat(Chart.notes("virtualMachines: {write: true, namespaces: [team-a, team-b]}"))
                .contains("team-a, team-b")
                .doesNotContain("every namespace");
        assertThat(Chart.notes("{}")).contains("\n\nIt may not restart them: ");
        assertThat(Chart.notes("restartCampaigns: {enabled: true}")).contains("restart them in every namespace");
        assertThat(Chart.notes("restartCampaigns: {enabled: true, namespaces: [team-a, team-b]}"))
                .contains("may restart them in: team-a, team-b.");
        assertThat(Chart.notes("crds: {keep: false}")).contains("deletes the CustomResourceDefinitions");
        assertThat(Chart.notes("crds: {install: false}")).contains("apply crds/");
    }
}
