package io.cpubaseline.stories.install;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

    private static final String CAMPAIGN = "/apis/cpubaseline.io/v1alpha1/clusterrestartcampaigns/all";

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
        return answer(
                thief,
                "PATCH",
                path,
                "application/merge-patch+json",
                thief.getKubernetesSerialization()
                        .asJson(thief.getKubernetesSerialization().unmarshal("---\n" + yaml, Map.class)));
    }

    private static String answer(KubernetesClient client, String verb, String path, String type, String body)
            throws Exception {
        HttpResponse<String> answer = client.getHttpClient()
                .sendAsync(
                        client.getHttpClient()
                                .newHttpRequestBuilder()
                                .uri(URI.create(client.getMasterUrl().toString())
                                        .resolve(path))
                                .method(verb, type, body)
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
            assertThat(patch(MACHINE + "?fieldManager=cpu-baseline.homelab", own))
                    .as(own)
                    .startsWith("200 ");
        }

        // Then: what users have is theirs
        assertThat(patch("/apis/kubevirt.io/v1/namespaces/default/virtualmachines/none", "{spec: {}}"))
                .startsWith("404 ");
        stage.kubectl("label", "vm", "web", "tier=web");
    }

    @Test
    void whatOthersOwnStaysTheirsButForTheFieldsOfABaseline() throws Exception {
        // Given one whose user owns everything, a model and a label of a baseline too, as after a restore
        stage.homelab();
        stage.machines().create(Machines.manifest("another", "homelab"));
        awaitPolicy(MACHINE.replace("/web", "/another"), "cpu-baseline-operator");
        stage.machines()
                .createAs(
                        "restorer",
                        Machines.manifest("web", "homelab")
                                .replace(
                                        "  namespace:",
                                        "  labels: {tier: web, cpubaseline.io/baseline: homelab}\n  namespace:")
                                .replace("{cores: 2}", "{cores: 2, model: Haswell}"));
        JsonNode owned = stage.machines().ownedBy("web", "restorer");

        for (String taken : List.of(
                "/f:spec/f:template/f:spec/f:domain/f:cpu/f:cores",
                "/f:spec/f:template/f:spec/f:domain/f:memory",
                "/f:spec/f:runStrategy",
                "/f:metadata/f:labels/f:tier",
                "/f:spec")) {
            // When
            String answer = owners(without(owned, taken), "restorer");

            // Then
            assertThat(answer)
                    .as(taken)
                    .startsWith("422 ")
                    .contains("ValidatingAdmissionPolicy 'cpu-baseline-operator'")
                    .contains("managedFields");
        }
        assertThat(owners(owned, "somebody")).startsWith("422 ");
        assertThat(owners(with(owned, "/f:spec/f:template/f:spec/f:domain/f:cpu", "f:features"), "restorer"))
                .startsWith("422 ");
        assertThat(stage.machines().ownedBy("web", "restorer")).isEqualTo(owned);

        // When it takes back what a baseline writes
        JsonNode left = without(
                without(owned, "/f:spec/f:template/f:spec/f:domain/f:cpu/f:model"),
                "/f:metadata/f:labels/f:cpubaseline.io~1baseline");

        // Then
        assertThat(owners(left, "restorer")).startsWith("200 ");
        assertThat(stage.machines().ownedBy("web", "restorer")).isEqualTo(left);
    }

    private static JsonNode without(JsonNode fields, String path) {
        JsonNode less = fields.deepCopy();
        JsonPointer pointer = JsonPointer.compile(path);
        ((ObjectNode) less.at(pointer.head())).remove(pointer.last().getMatchingProperty());
        return less;
    }

    private static JsonNode with(JsonNode fields, String path, String name) {
        JsonNode more = fields.deepCopy();
        ((ObjectNode) more.at(path)).putObject(name);
        return more;
    }

    /** The answer to a patch that leaves one entry of managedFields, with these fields and of this manager. */
    private String owners(JsonNode fields, String manager) throws Exception {
        return patch(
                MACHINE + "?fieldManager=cpu-baseline.homelab",
                "metadata: {managedFields: [{manager: %s, operation: Update, apiVersion: kubevirt.io/v1, time: \"%s\", fieldsType: FieldsV1, fieldsV1: %s}]}"
                        .formatted(
                                manager,
                                stage.kubectl(
                                        "get",
                                        "vm",
                                        "web",
                                        "--show-managed-fields",
                                        "-o",
                                        "jsonpath={.metadata.managedFields[0].time}"),
                                fields));
    }

    /** The API server asks for the permission before it looks for KubeVirt's API, which this lab has not: 404 is what follows a yes. */
    @Test
    void withoutTheChartsSwitchItRestartsNothing() throws Exception {
        for (String subresource : List.of(
                "virtualmachines/web/restart",
                "virtualmachines/web/stop",
                "virtualmachines/web/start",
                "virtualmachineinstances/web/softreboot",
                "virtualmachineinstances/web/reset")) {
            // When
            String path = "/apis/subresources.kubevirt.io/v1/namespaces/default/" + subresource;
            String stolen = answer(thief, "PUT", path, "application/json", "{}");
            String administrators = answer(stage.lab().client(), "PUT", path, "application/json", "{}");

            // Then
            assertThat(stolen).as(subresource).startsWith("403 ").contains("subresources.kubevirt.io");
            assertThat(administrators).as(subresource).startsWith("404 ");
        }
    }

    @Test
    void ofCampaignsItWritesNothingButTheStatus() throws Exception {
        // Given
        stage.apply("""
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterRestartCampaign
                metadata: {name: all}
                spec: {baselineName: homelab, paused: true}
                """);

        // When, Then: nobody but a user takes the pause away
        assertThat(patch(CAMPAIGN, "{spec: {paused: false}}")).startsWith("403 ");
        assertThat(patch(CAMPAIGN, "{metadata: {finalizers: [example.org/stay]}}"))
                .startsWith("403 ");
        assertThat(patch(CAMPAIGN + "/status", "{spec: {paused: false}, status: {due: 3}}"))
                .startsWith("200 ")
                .contains("\"paused\":true")
                .contains("\"due\":3");
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
