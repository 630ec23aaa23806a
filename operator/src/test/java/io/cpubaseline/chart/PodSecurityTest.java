package io.cpubaseline.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pod under the Pod Security Standard "restricted", and tighter where the operator needs less.
 * Source of the rules: kubernetes.io/docs/concepts/security/pod-security-standards.
 */
class PodSecurityTest {

    @ParameterizedTest
    @ValueSource(strings = {"{}", ChartTest.EVERYTHING, "runAsUser: null"})
    void the_pod_keeps_every_rule_of_the_restricted_standard(String values) {
        // When
        JsonNode pod = Chart.render(values).pod().path("spec");

        // Then: baseline
        for (String shared :
                List.of("hostNetwork", "hostPID", "hostIPC", "hostUsers", "initContainers", "ephemeralContainers")) {
            assertThat(pod.has(shared)).as(shared).isFalse();
        }
        assertThat(pod.path("containers")).hasSize(1);
        JsonNode container = pod.at("/containers/0");
        assertThat(container.path("ports"))
                .allSatisfy(port -> assertThat(port.has("hostPort")).isFalse());
        for (JsonNode context : List.of(pod.path("securityContext"), container.path("securityContext"))) {
            for (String field : List.of(
                    "privileged", "procMount", "seLinuxOptions", "appArmorProfile", "sysctls", "windowsOptions")) {
                assertThat(context.has(field)).as(field).isFalse();
            }
        }
        // Then: restricted
        assertThat(pod.path("volumes")).isEqualTo(Chart.parse("[{name: tmp, emptyDir: {sizeLimit: 64Mi}}]"));
        assertThat(pod.at("/securityContext/runAsNonRoot")).isEqualTo(Chart.parse("true"));
        assertThat(pod.at("/securityContext/runAsUser").asInt(1)).isNotZero();
        assertThat(pod.at("/securityContext/seccompProfile")).isEqualTo(Chart.parse("{type: RuntimeDefault}"));
        assertThat(container.path("securityContext"))
                .isEqualTo(
                        Chart.parse(
                                "{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}"));
    }

    @Test
    void the_user_is_the_images_and_the_platform_may_assign_another() {
        assertThat(Chart.render().pod().at("/spec/securityContext/runAsUser").asInt())
                .isEqualTo(65532);
        assertThat(Chart.render("runAsUser: null")
                        .pod()
                        .at("/spec/securityContext")
                        .has("runAsUser"))
                .isFalse();
    }

    @Test
    void only_tmp_is_writable() {
        assertThat(Chart.render().container().path("volumeMounts"))
                .isEqualTo(Chart.parse("[{name: tmp, mountPath: /tmp}]"));
    }

    @Test
    void the_token_is_mounted_into_this_pod_only() {
        // When
        Manifests release = Chart.render();

        // Then
        assertThat(release.the("ServiceAccount")
                        .path("automountServiceAccountToken")
                        .asBoolean(true))
                .isFalse();
        assertThat(release.pod().at("/spec/automountServiceAccountToken").asBoolean(false))
                .isTrue();
    }

    @Test
    void memory_is_limited_and_cpu_is_not() {
        assertThat(Chart.render().container().path("resources"))
                .isEqualTo(Chart.parse("{requests: {cpu: 50m, memory: 160Mi}, limits: {memory: 256Mi}}"));
    }

    @Test
    void the_network_policy_lets_metrics_in_and_the_api_server_out() {
        // When
        JsonNode policy = Chart.render("networkPolicy: {enabled: true}")
                .the("NetworkPolicy")
                .path("spec");

        // Then
        assertThat(policy.path("policyTypes")).isEqualTo(Chart.parse("[Ingress, Egress]"));
        assertThat(policy.path("ingress")).isEqualTo(Chart.parse("[{ports: [{port: http}]}]"));
        assertThat(policy.path("egress")).isEqualTo(Chart.parse("[{ports: [{port: 443}, {port: 6443}]}]"));
    }
}
