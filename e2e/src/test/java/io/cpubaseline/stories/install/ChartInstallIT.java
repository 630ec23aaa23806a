package io.cpubaseline.stories.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.LabOptions;
import io.cpubaseline.lab.process.Tool;
import io.cpubaseline.lab.use.Helm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Helm installs, upgrades and uninstalls the chart on a real API server, which then says what the operator may do. A lab of its own:
 * these stories remove our definitions.
 */
@ParameterizedClass(name = "Helm {0}")
@ValueSource(ints = {3, 4})
class ChartInstallIT {
    private static final Path CHART =
            Path.of("").toAbsolutePath().resolve("../helm/cpu-baseline").normalize();
    private static final String RELEASE = "cpu-baseline";
    private static final String NAMESPACE = "baselines";
    private static final String DEFINITION = "clustercpubaselines.cpubaseline.io";
    private static final List<String> DEFINITIONS = List.of(DEFINITION, "clusterrestartcampaigns.cpubaseline.io");

    private static Lab lab;

    @Parameter
    private int version;

    @BeforeAll
    static void startLab() {
        lab = Lab.start(LabOptions.apiServer());
    }

    @AfterAll
    static void stopLab() {
        lab.close();
    }

    @BeforeEach
    void aClusterThatDoesNotKnowBaselines() {
        lab.reset();
        DEFINITIONS.forEach(name -> definition(name).delete());
        eventually(ChartInstallIT::assertNoDefinitions);
        Stream.of(NAMESPACE, "team-a", "team-b").forEach(ChartInstallIT::createNamespace);
    }

    @Test
    void anInstallBringsTheDefinitionTheAccountAndTheDeployment() {
        // When
        install();

        // Then
        assertThat(DEFINITIONS)
                .allSatisfy(
                        name -> assertThat(definition(name).get().getMetadata().getAnnotations())
                                .containsEntry("helm.sh/resource-policy", "keep"));
        assertThat(lab.client()
                        .serviceAccounts()
                        .inNamespace(NAMESPACE)
                        .withName(RELEASE)
                        .get())
                .isNotNull();
        assertThat(lab.client()
                        .apps()
                        .deployments()
                        .inNamespace(NAMESPACE)
                        .withName(RELEASE)
                        .get())
                .isNotNull();
        createBaseline("all-nodes");
        assertThat(baselines()).containsExactly("all-nodes");
    }

    @Test
    void theInstallationPagesProductionValuesAreAccepted() throws IOException {
        // Given
        String page = Files.readString(CHART.resolve("../../docs/install.md"));
        Path values = Files.writeString(
                lab.directory().resolve("values.yaml"),
                page.replaceFirst("(?s).*<!-- values -->\\s*```yaml\\s(.*?)```.*", "$1"));

        // When: the lab has no Prometheus Operator
        helm().run(
                        "install",
                        RELEASE,
                        CHART.toString(),
                        "--namespace",
                        NAMESPACE,
                        "--values",
                        values.toString(),
                        "--set",
                        "serviceMonitor.enabled=false");

        // Then
        assertThat(lab.kubectl()
                        .run("-n", NAMESPACE, "get", "deploy,svc,netpol,pdb", "-o", "name")
                        .lines())
                .containsExactlyInAnyOrder(
                        "deployment.apps/cpu-baseline",
                        "service/cpu-baseline",
                        "networkpolicy.networking.k8s.io/cpu-baseline",
                        "poddisruptionbudget.policy/cpu-baseline");
    }

    @Test
    void theOperatorsTokenOpensWhatItNeedsAndNothingBesideIt() {
        // When
        install();

        // Then
        eventually(() -> assertThat(answers(
                        "list nodes",
                        "watch nodes",
                        "list nodefeatures.nfd.k8s-sigs.io",
                        "list virtualmachines.kubevirt.io",
                        "list virtualmachineinstances.kubevirt.io",
                        "list kubevirts.kubevirt.io",
                        "watch namespaces",
                        "get clustercpubaselines.cpubaseline.io",
                        "list clustercpubaselines.cpubaseline.io",
                        "patch clustercpubaselines.cpubaseline.io/status",
                        "get clusterrestartcampaigns.cpubaseline.io",
                        "watch clusterrestartcampaigns.cpubaseline.io",
                        "patch clusterrestartcampaigns.cpubaseline.io/status",
                        "create events.events.k8s.io team-a",
                        "create leases.coordination.k8s.io " + NAMESPACE,
                        "update leases.coordination.k8s.io " + NAMESPACE + " cpu-baseline"))
                .allSatisfy((action, allowed) -> assertThat(allowed).as(action).isTrue()));
        assertThat(answers(
                        "get nodes",
                        "patch nodes",
                        "list customresourcedefinitions.apiextensions.k8s.io",
                        "update clustercpubaselines.cpubaseline.io",
                        "patch clustercpubaselines.cpubaseline.io",
                        "delete clustercpubaselines.cpubaseline.io",
                        "create clusterrestartcampaigns.cpubaseline.io",
                        "patch clusterrestartcampaigns.cpubaseline.io",
                        "update virtualmachines.subresources.kubevirt.io/restart",
                        "update virtualmachines.subresources.kubevirt.io/stop",
                        "update virtualmachineinstances.subresources.kubevirt.io/softreboot",
                        "update virtualmachines.kubevirt.io",
                        "patch virtualmachines.kubevirt.io",
                        "patch virtualmachineinstances.kubevirt.io",
                        "patch kubevirts.kubevirt.io",
                        "patch events.events.k8s.io team-a",
                        "patch leases.coordination.k8s.io " + NAMESPACE + " cpu-baseline",
                        "update leases.coordination.k8s.io " + NAMESPACE + " another",
                        "create leases.coordination.k8s.io team-a",
                        "get secrets " + NAMESPACE,
                        "create pods " + NAMESPACE,
                        "create serviceaccounts/token " + NAMESPACE,
                        "impersonate users"))
                .allSatisfy((action, allowed) -> assertThat(allowed).as(action).isFalse());
    }

    @Test
    void anUpgradeSaysWhereVirtualMachinesMayBeWritten() {
        // Given
        install();

        assertThat(wherePatchesAreAllowed()).isEmpty();

        // When each of these, then that
        upgrade("virtualMachines.write=true");
        eventually(() -> assertThat(wherePatchesAreAllowed()).containsExactly("cluster", "team-a", "team-b"));
        upgrade("virtualMachines.namespaces={team-a}");
        eventually(() -> assertThat(wherePatchesAreAllowed()).containsExactly("team-a"));
        upgrade("virtualMachines.namespaces={team-b}");
        eventually(() -> assertThat(wherePatchesAreAllowed()).containsExactly("team-b"));
        assertThatThrownBy(() -> upgrade("virtualMachines.write=false"))
                .hasMessageContaining("virtualMachines.namespaces names team-b, but virtualMachines.write is false");
        upgrade("virtualMachines.write=false", "virtualMachines.namespaces=null");
        eventually(() -> assertThat(wherePatchesAreAllowed()).isEmpty());
    }

    @Test
    void anUpgradeSaysWhereVirtualMachinesMayBeRestarted() {
        // Given
        install();
        assertThat(whereRestartsAreAllowed()).isEmpty();

        // When each of these, then that, and nothing of it lets anything be written or stopped
        upgrade("restartCampaigns.enabled=true");
        eventually(() -> assertThat(whereRestartsAreAllowed()).containsExactly("cluster", "team-a", "team-b"));
        upgrade("restartCampaigns.namespaces={team-a}");
        eventually(() -> assertThat(whereRestartsAreAllowed()).containsExactly("team-a"));
        assertThat(answers("update virtualmachineinstances.subresources.kubevirt.io/softreboot team-a"))
                .containsValue(true);
        assertThat(answers(
                        "patch virtualmachines.kubevirt.io team-a",
                        "update virtualmachines.subresources.kubevirt.io/start team-a",
                        "update virtualmachines.subresources.kubevirt.io/stop team-a",
                        "update virtualmachineinstances.subresources.kubevirt.io/reset team-a"))
                .doesNotContainValue(true);
        upgrade("restartCampaigns.namespaces={team-b}");
        eventually(() -> assertThat(whereRestartsAreAllowed()).containsExactly("team-b"));
        assertThatThrownBy(() -> upgrade("restartCampaigns.enabled=false"))
                .hasMessageContaining(
                        "restartCampaigns.namespaces names team-b, but restartCampaigns.enabled is false");
        upgrade("restartCampaigns.enabled=false", "restartCampaigns.namespaces=null");
        eventually(() -> assertThat(whereRestartsAreAllowed()).isEmpty());
    }

    @Test
    void aPermissionThatAFailedUpgradeHasGivenEndsWithTheNextUpgrade() {
        // Given
        install();
        assertThatThrownBy(() -> upgrade("virtualMachines.write=true", "resources.limits.memory=1Mi"))
                .hasMessageContaining("must be less than or equal to memory limit");
        eventually(() -> assertThat(wherePatchesAreAllowed()).containsExactly("cluster", "team-a", "team-b"));

        // When
        upgrade("virtualMachines.write=false", "resources.limits.memory=256Mi");

        // Then
        eventually(() -> assertThat(wherePatchesAreAllowed()).isEmpty());
    }

    @Test
    void aNamespaceThatAFailedUpgradeHasAddedIsNotLeftOpen() {
        // Given
        install("virtualMachines.write=true", "virtualMachines.namespaces={team-a}");
        assertThatThrownBy(() -> upgrade("virtualMachines.namespaces={team-a,team-b}", "resources.limits.memory=1Mi"))
                .hasMessageContaining("must be less than or equal to memory limit");
        eventually(() -> assertThat(wherePatchesAreAllowed()).containsExactly("team-a", "team-b"));

        // When
        upgrade("virtualMachines.namespaces={team-a}", "resources.limits.memory=256Mi");

        // Then
        eventually(() -> assertThat(wherePatchesAreAllowed()).containsExactly("team-a"));
        assertThat(lab.client()
                        .rbac()
                        .roleBindings()
                        .inNamespace("team-b")
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void anUninstallKeepsTheDefinitionAndTheBaselinesAndTheNextInstallFindsThem() {
        // Given
        install();
        createBaseline("all-nodes");

        // When
        uninstall();

        // Then
        assertThat(baselines()).containsExactly("all-nodes");
        assertThat(lab.client()
                        .serviceAccounts()
                        .inNamespace(NAMESPACE)
                        .withName(RELEASE)
                        .get())
                .isNull();
        assertThat(lab.client().rbac().clusterRoles().withName(RELEASE).get()).isNull();
        install();
        assertThat(baselines()).containsExactly("all-nodes");
    }

    @Test
    void anUninstallDeletesTheBaselinesWhereThatWasAskedFor() {
        // Given
        install("crds.keep=false");
        createBaseline("all-nodes");

        // When
        uninstall();

        // Then
        eventually(ChartInstallIT::assertNoDefinitions);
    }

    @Test
    void aDefinitionThatOthersMadeIsNotTakenOverSilently() {
        // Given
        lab.apply(text(CHART.resolve("files/cpubaseline.io_clustercpubaselines.yaml")));

        // When, Then
        assertThatThrownBy(this::install).hasMessageContaining("cannot be imported into the current release");
        install("crds.install=false");
        assertThat(definition(DEFINITION).get().getMetadata().getLabels())
                .doesNotContainKey("app.kubernetes.io/managed-by");
    }

    @Test
    void aDefinitionThatOthersMadeIsHandedOverWhereThatIsAskedFor() {
        // Given another one, as an older checkout has
        lab.apply(text(CHART.resolve("files/cpubaseline.io_clustercpubaselines.yaml"))
                .replaceFirst("description: Whether a baseline", "description: Formerly, whether a baseline"));
        createBaseline("all-nodes");

        // When
        List<String> options = new ArrayList<>(List.of("--take-ownership"));
        if (version == 4) {
            // It applies on the server's side, where the definition's versions are one value with one owner.
            assertThatThrownBy(() -> helm("install", options)).hasMessageContaining(".spec.versions");
            helm().run("uninstall", RELEASE, "--namespace", NAMESPACE);
            options.add("--force-conflicts");
        }
        helm("install", options);

        // Then
        assertThat(definition(DEFINITION).get().getMetadata().getLabels())
                .containsEntry("app.kubernetes.io/managed-by", "Helm");
        assertThat(lab.kubectl().run("get", "crd", DEFINITION, "-o", "yaml")).doesNotContain("Formerly");
        assertThat(baselines()).containsExactly("all-nodes");
    }

    @Test
    void aStopOutlivesTheNextUpgradeWhereItIsAValue() {
        // Given
        install();
        lab.kubectl().run("scale", "deployment/" + RELEASE, "--namespace", NAMESPACE, "--replicas=0");

        // When, Then
        upgrade("logFormat=json");
        assertThat(replicas()).isEqualTo(1);

        // When, Then
        upgrade("replicas=0");
        upgrade("logFormat=text");
        assertThat(replicas()).isZero();
    }

    @Test
    void whatSomebodyElseHasScaledIsAConflictForHelm4AndOverwrittenByHelm3() {
        // Given
        install();
        lab.kubectl().run("scale", "deployment/" + RELEASE, "--namespace", NAMESPACE, "--replicas=2");

        // When
        Tool.Result upgrade = helm().tryRun(
                        "upgrade",
                        RELEASE,
                        CHART.toString(),
                        "--namespace",
                        NAMESPACE,
                        "--reset-then-reuse-values",
                        "--set",
                        "virtualMachines.write=true");

        // Then
        if (version == 3) {
            assertThat(upgrade.exitCode()).as(upgrade.errors()).isZero();
        } else {
            assertThat(upgrade.errors()).contains("conflict with \"kubectl\"", ".spec.replicas");
            // and what it has given before it failed, the next one takes away
            helm("upgrade", List.of("--reset-then-reuse-values", "--force-conflicts"), "virtualMachines.write=false");
            eventually(() -> assertThat(wherePatchesAreAllowed()).isEmpty());
        }
        assertThat(replicas()).isEqualTo(1);
    }

    @Test
    void thePodIsAdmittedWhereTheRestrictedStandardIsEnforced() {
        // Given
        createNamespace("restricted");
        lab.kubectl().run("label", "namespace/restricted", "pod-security.kubernetes.io/enforce=restricted");
        install();
        PodTemplateSpec template = lab.client()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName(RELEASE)
                .get()
                .getSpec()
                .getTemplate();

        PodBuilder pod = new PodBuilder()
                .withSpec(template.getSpec())
                .withNewMetadata()
                .withName("it")
                .endMetadata();

        // When
        Pod admitted = pods().resource(pod.build()).dryRun().create();

        // Then, and a looser one is not
        assertThat(admitted.getMetadata().getUid()).isNotEmpty();
        Pod looser = pod.editSpec()
                .editFirstContainer()
                .withSecurityContext(null)
                .endContainer()
                .endSpec()
                .build();
        assertThatThrownBy(() -> pods().resource(looser).dryRun().create())
                .hasMessageContaining("violates PodSecurity");
    }

    private void install(String... values) {
        helm("install", List.of(), values);
    }

    private void upgrade(String... values) {
        helm("upgrade", List.of("--reset-then-reuse-values"), values);
    }

    private void uninstall() {
        helm().run("uninstall", RELEASE, "--namespace", NAMESPACE);
    }

    private void helm(String verb, List<String> options, String... values) {
        List<String> command = new ArrayList<>(List.of(verb, RELEASE, CHART.toString(), "--namespace", NAMESPACE));
        command.addAll(options);
        command.addAll(List.of("--set", "image.repository=" + RELEASE));
        Stream.of(values).forEach(value -> command.addAll(List.of("--set", value)));
        helm().run(command.toArray(String[]::new));
    }

    private Helm helm() {
        return version == 3 ? Helm.three(lab) : Helm.four(lab);
    }

    /** The API server learns of roles and gets rid of definitions a moment later. */
    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(assertion);
    }

    private static void assertNoDefinitions() {
        assertThat(DEFINITIONS)
                .allSatisfy(name -> assertThat(definition(name).get()).isNull());
    }

    private static Resource<CustomResourceDefinition> definition(String name) {
        return lab.client().apiextensions().v1().customResourceDefinitions().withName(name);
    }

    private static Integer replicas() {
        return lab.client()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName(RELEASE)
                .get()
                .getSpec()
                .getReplicas();
    }

    private static void createNamespace(String name) {
        lab.kubectl().run("create", "namespace", name);
    }

    /** As a user would; a definition is served a moment after it was created. */
    private static void createBaseline(String name) {
        await().atMost(Duration.ofSeconds(
                        30)) // it has no conditions at all at first, which kubectl wait takes for a fault
                .until(() -> lab.kubectl()
                                .tryRun("wait", "--for=condition=Established", "crd/" + DEFINITION, "--timeout=30s")
                                .exitCode()
                        == 0);
        lab.apply("""
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterCpuBaseline
                metadata:
                  name: %s
                """.formatted(name));
    }

    private static List<String> baselines() {
        return lab
                .client()
                .genericKubernetesResources("cpubaseline.io/v1alpha1", "ClusterCpuBaseline")
                .list()
                .getItems()
                .stream()
                .map(baseline -> baseline.getMetadata().getName())
                .toList();
    }

    private static List<String> wherePatchesAreAllowed() {
        return whereIsAllowed("patch", "virtualmachines.kubevirt.io");
    }

    private static List<String> whereRestartsAreAllowed() {
        return whereIsAllowed("update", "virtualmachines.subresources.kubevirt.io/restart");
    }

    /** Of the whole cluster and two namespaces. */
    private static List<String> whereIsAllowed(String verb, String resource) {
        try (KubernetesClient operator = operator()) {
            return Stream.of("cluster", "team-a", "team-b")
                    .filter(place -> may(operator, verb, resource, place.replace("cluster", ""), ""))
                    .toList();
        }
    }

    /** What the API server answers to the operator's own token: {@code VERB RESOURCE[.GROUP[/SUBRESOURCE]] [NAMESPACE [NAME]]}. */
    private static Map<String, Boolean> answers(String... actions) {
        Map<String, Boolean> answers = new TreeMap<>();
        try (KubernetesClient operator = operator()) {
            for (String action : actions) {
                String[] words = (action + "   ").split(" ", -1);
                answers.put(action, may(operator, words[0], words[1], words[2], words[3]));
            }
        }
        return answers;
    }

    private static boolean may(KubernetesClient operator, String verb, String resource, String namespace, String name) {
        String subresource = resource.contains("/") ? resource.replaceFirst(".*/", "") : "";
        String plural = resource.replaceFirst("[./].*", "");
        String group = resource.contains(".") ? resource.replaceFirst("/.*", "").substring(plural.length() + 1) : "";
        SelfSubjectAccessReview review = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(group)
                .withResource(plural)
                .withSubresource(subresource)
                .withNamespace(namespace)
                .withName(name)
                .endResourceAttributes()
                .endSpec()
                .build();
        return operator.resource(review).create().getStatus().getAllowed();
    }

    private static KubernetesClient operator() {
        String kubeconfig = text(lab.kubeconfigFor(NAMESPACE, RELEASE));
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build();
    }

    private static NonNamespaceOperation<Pod, PodList, PodResource> pods() {
        return lab.client().pods().inNamespace("restricted");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
