package io.cpubaseline.stories.install;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Stage;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever has the operator's token can change of VirtualMachines what the operator changes, and nothing else. */
class LeastPrivilegeIT {
    private static final String MACHINE = "/apis/kubevirt.io/v1/namespaces/default/virtualmachines/web";
    private static final String BASELINE = "/apis/cpubaseline.io/v1alpha1/clustercpubaselines/homelab";

    /** Of what other fields there are in a VirtualMachine, one in each of its parts. */
    private static final List<String> OTHERS = List.of(
            "{metadata: {labels: {tier: db}}}",
            "{metadata: {annotations: {example.org/note: hello}}}",
            "{metadata: {finalizers: [example.org/stay]}}",
            "{metadata: {ownerReferences: [{apiVersion: v1, kind: Node, name: n, uid: u-1}]}}",
            "{spec: {runStrategy: Always}}",
            "{spec: {instancetype: {name: large}}}",
            "{spec: {template: {metadata: {labels: {cpu-baseline: other}}}}}",
            "{spec: {template: {spec: {nodeSelector: {kubernetes.io/hostname: prox01}}}}}",
            "{spec: {template: {spec: {tolerations: [{operator: Exists}]}}}}",
            "{spec: {template: {spec: {volumes: [{name: host, hostDisk: {path: /etc, type: Disk}}]}}}}",
            "{spec: {template: {spec: {domain: {memory: {guest: 8Gi}}}}}}",
            "{spec: {template: {spec: {domain: {launchSecurity: {sev: {}}}}}}}",
            "{spec: {template: {spec: {domain: {cpu: {cores: 8}}}}}}",
            "{spec: {template: {spec: {domain: {cpu: {cores: null}}}}}}",
            "{spec: {template: {spec: {domain: {cpu: {dedicatedCpuPlacement: true}}}}}}");

    private static final List<String> ITS_OWN = List.of(
            "{metadata: {labels: {cpubaseline.io/baseline: homelab, cpubaseline.io/revision: Haswell-0123456789}}}",
            "{spec: {template: {spec: {nodeSelector: {cpu-vendor.node.kubevirt.io/Intel: \"true\"}}}}}",
            "{spec: {template: {spec: {domain: {cpu: {model: Haswell, features: [{name: aes, policy: require}]}}}}}}",
            "{spec: {template: {spec: {domain: {cpu: {model: null, features: null}}}}}}");

    @RegisterExtension
    static final Stage stage = Stage.shared();

    private KubernetesClient thief = new KubernetesClientBuilder().build();

    @BeforeEach
    void aStolenToken() {
        thief.close();
        thief = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Directories.text(stage.account())))
                .build();
    }

    @AfterEach
    void close() {
        thief.close();
    }

    /** The answer to a merge patch, in one line. What begins with a brace would be read as JSON. */
    private String patch(String path, String yaml) throws Exception {
        HttpResponse<String> answer = thief.getHttpClient()
                .sendAsync(
                        thief.getHttpClient()
                                .newHttpRequestBuilder()
                                .uri(URI.create(thief.getMasterUrl().toString()).resolve(path))
                                .method(
                                        "PATCH",
                                        "application/merge-patch+json",
                                        thief.getKubernetesSerialization()
                                                .asJson(thief.getKubernetesSerialization()
                                                        .unmarshal("---\n" + yaml, Map.class)))
                                .build(),
                        String.class)
                .get();
        return answer.code() + " " + answer.body();
    }

    /** The API server needs a moment to know a new policy. Until then a change is made, so the next one is another. */
    private void awaitPolicy(String path, String policy) {
        AtomicInteger tries = new AtomicInteger();
        eventually(() -> assertThat(
                        patch(path, "{metadata: {labels: {tried: t%d}}}".formatted(tries.incrementAndGet())))
                .contains("ValidatingAdmissionPolicy '" + policy + "'"));
    }

    @Test
    void theOperatorsTokenChangesNothingButItsFields() throws Exception {
        // Given
        stage.homelab();
        stage.machines().create(Machines.manifest("web", "homelab"));
        awaitPolicy(MACHINE, "cpu-baseline-operator");
        Map<String, String> before = stage.machines().versions();

        for (String other : OTHERS) {
            // When
            String answer = patch(MACHINE, other);

            // Then
            assertThat(answer)
                    .as(other)
                    .startsWith("422 ")
                    .contains("ValidatingAdmissionPolicy 'cpu-baseline-operator'")
                    .contains("virtualMachines.guard");
        }
        assertThat(stage.machines().versions()).isEqualTo(before);

        // When
        for (String own : ITS_OWN) {
            assertThat(patch(MACHINE, own)).as(own).startsWith("200 ");
        }

        // Then: what users have is theirs
        assertThat(patch("/apis/kubevirt.io/v1/namespaces/default/virtualmachines/none", "{spec: {}}"))
                .startsWith("404 ");
        stage.kubectl("label", "vm", "web", "tier=web");
    }

    @Test
    void theSpecOfBaselinesIsNotItsOwnEither() throws Exception {
        // Given
        stage.apply(Stage.observing("homelab"));

        awaitPolicy(BASELINE, "cpu-baseline-operator-baselines");

        // When, Then
        assertThat(patch(BASELINE, "{spec: {vendors: Single}}"))
                .startsWith("422 ")
                .contains("ValidatingAdmissionPolicy 'cpu-baseline-operator-baselines'");
        assertThat(patch(BASELINE, "{metadata: {labels: {a: b}}}")).startsWith("422 ");
        assertThat(patch(BASELINE, "{metadata: {finalizers: [cpubaseline.io/release]}}"))
                .startsWith("200 ");
        assertThat(patch(BASELINE, "{metadata: {finalizers: null}}")).startsWith("200 ");
    }
}
