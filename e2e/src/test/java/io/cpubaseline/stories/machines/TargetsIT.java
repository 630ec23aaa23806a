package io.cpubaseline.stories.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.ShapeReport;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.stories.stage.Stage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Where virtual machines of all shapes can go, by the status and by the scheduler. KubeVirt's own controller renders the pods, and the scheduler
 * judges every node for each of them: it asks for a resource that no node has, so the message says how many nodes lack nothing else.
 */
class TargetsIT {
    private static final int SETS_OF_LABELS = 12;
    private static final int MACHINES = 26;
    private static final List<String> NODES = List.of("a", "b", "c", "d", "e", "f");

    /** Each baseline tells of 16 shapes at most. */
    private static final List<String> BASELINES = List.of("first", "second");

    private static final String NONE = "example.com/none";
    private static final Pattern LACKING_NOTHING_ELSE = Pattern.compile("(\\d+) Insufficient " + NONE);
    private static final String SET = "example.com/set";
    private static final String PROBE = "example.com/probe";

    private static final String TSC = "scheduling.node.kubevirt.io/tsc-frequency-2800000000";
    private static final List<String> MACHINE_TYPES = List.of("q35", "pc-q35-9.6", "pc-q35-8.2");
    private static final List<String> HYPERV = List.of(
            "vpindex", "runtime", "reset", "synic", "synictimer", "frequencies", "reenlightenment", "tlbflush", "ipi");
    private static final String ZONE = "example.com/zone";
    private static final String POOL = "example.com/pool";
    private static final List<String> TAINTS = List.of("example.com/dedicated", "example.com/gpu");
    private static final Toleration EVERYTHING =
            new TolerationBuilder().withOperator("Exists").build();
    private static final List<String> FEATURES = List.of("vmx", "invtsc", "pcid", "erms", "rdrand");

    /** All labels that come and go. */
    private static final List<String> LABELS = labels();

    @RegisterExtension
    static final Stage stage = Stage.fullOfItsOwn(); // it changes KubeVirt's configuration

    private final Random random = new Random(7);

    private static List<String> labels() {
        List<String> labels = new ArrayList<>(List.of(
                TSC,
                "kubevirt.io/sev",
                "kubevirt.io/sev-es",
                "kubevirt.io/sev-snp",
                "kubevirt.io/tdx",
                "kubevirt.io/cpumanager",
                "cpu-vendor.node.kubevirt.io/Intel",
                "cpu-model.node.kubevirt.io/Nehalem",
                "cpu-feature.node.kubevirt.io/avx2"));
        MACHINE_TYPES.forEach(type -> labels.add("machine-type.node.kubevirt.io/" + type));
        HYPERV.forEach(feature -> labels.add("hyperv.node.kubevirt.io/" + feature));
        FEATURES.forEach(feature -> labels.add("cpu-feature.node.kubevirt.io/" + feature));
        return List.copyOf(labels);
    }

    @Test
    void theStatusCountsTheNodesThatTheSchedulerFindsForEachMachinesPod() {
        // Given machines of many shapes, started with their baselines where every node has every label
        configureKubeVirt();
        stage.apply(NodeManifests.homelab()
                .only("prox01")
                .withoutNodeFeatures()
                .withNodes(TargetsIT::withEveryLabel)
                .copies(NODES.toArray(String[]::new)));
        stage.operator();
        Map<String, String> baselineOf = new TreeMap<>();
        for (int i = 0; i < MACHINES; i++) {
            String baseline = BASELINES.get(i % BASELINES.size());
            baselineOf.put(stage.machines().create(machine("vm-" + i, baseline)), baseline);
        }
        BASELINES.forEach(baseline -> stage.apply(Stage.patching(baseline, "")));
        BASELINES.forEach(baseline -> stage.await(baseline, now -> {
            assertThat(now.virtualMachines().selected()).isEqualTo(MACHINES / BASELINES.size());
            assertThat(now.virtualMachines().pending()).isZero();
        }));
        baselineOf.keySet().forEach(name -> stage.machines().runStrategy(name, "Always"));
        Map<String, Pod> pods = launchers(baselineOf.keySet().stream().toList());

        List<Integer> pairs = new ArrayList<>();
        for (int set = 0; set < SETS_OF_LABELS; set++) {
            // When
            String name = "set-" + set;
            NODES.forEach(node -> label(node, name));
            Map<String, Integer> found = found(name, pods);

            // Then
            Map<String, Integer> expected = new TreeMap<>(found);
            Stage.eventually(() -> assertThat(counted(baselineOf)).as(name).isEqualTo(expected));
            if (set == 0) {
                assertThat(placed(name, pods)).isEqualTo(expected);
            }
            pairs.addAll(expected.values());
        }
        assertThat(pairs).hasSizeGreaterThanOrEqualTo(300).contains(0, 1, 2, 3);
    }

    private KubernetesClient client() {
        return stage.lab().client();
    }

    /** What decides by KubeVirt's configuration: all that can be switched on is on. */
    private void configureKubeVirt() {
        stage.kubectl("patch", "kubevirt", "kubevirt", "-n", "kubevirt", "--type=merge", "-p", """
                {"spec": {"configuration": {"developerConfiguration": {
                  "featureGates": ["HypervStrictCheck", "WorkloadEncryptionSEV", "WorkloadEncryptionTDX", "CPUManager"],
                  "nodeSelectors": {"%s": "vms"},
                  "minimumClusterTSCFrequency": 2800000000}}}}
                """.formatted(POOL));
    }

    private static Node withEveryLabel(Node node) {
        Map<String, String> labels = new TreeMap<>(node.getMetadata().getLabels());
        // No frequency of its own: KubeVirt would then choose the label that says which ones it can give.
        LABELS.forEach(label -> labels.put(label, "true"));
        return new NodeBuilder(node)
                .editMetadata()
                .withLabels(labels)
                .endMetadata()
                .build();
    }

    /** Labels and taints come and go, a label now and then has a value that means nothing, and a node is cordoned now and then. */
    private void label(String node, String set) {
        Map<String, Object> labels = new HashMap<>(Map.of(SET, set));
        for (String label : LABELS) {
            labels.put(label, random.nextInt(4) == 0 ? null : random.nextInt(25) == 0 ? "false" : "true");
        }
        labels.put(ZONE, any(List.of("a", "a", "b")));
        labels.put(POOL, any(List.of("vms", "vms", "vms", "vms", "vms", "vms", "others")));
        Map<String, Object> spec = new HashMap<>();
        spec.put("unschedulable", random.nextInt(8) == 0 ? true : null);
        spec.put(
                "taints",
                TAINTS.stream()
                        .filter(key -> random.nextInt(6) == 0)
                        .map(key -> Map.of(
                                "key",
                                key,
                                "value",
                                any(List.of("a", "b")),
                                "effect",
                                // With NoExecute what runs there would have to go.
                                any(List.of("NoSchedule", "NoSchedule", "PreferNoSchedule"))))
                        .toList());
        client().nodes()
                .withName(node)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        Serialization.asJson(Map.of("metadata", Map.of("labels", labels), "spec", spec)));
    }

    private String machine(String name, String baseline) {
        List<String> cpu = new ArrayList<>(List.of("cores: 1"));
        List<String> domain = new ArrayList<>();
        List<String> spec = placement();
        if (random.nextInt(5) == 0) {
            cpu.add("model: " + any(List.of("Nehalem", "host-model")));
        }
        List<String> features = new ArrayList<>();
        for (String feature : FEATURES) {
            if (random.nextInt(12) == 0) {
                features.add("{name: %s, policy: %s}"
                        .formatted(feature, any(List.of("require", "forbid", "optional", "disable"))));
            }
        }
        if (!features.isEmpty()) {
            cpu.add("features: " + features);
        }
        if (random.nextInt(3) > 0) {
            domain.add("machine: {type: %s}".formatted(any(MACHINE_TYPES)));
        }
        List<String> hyperv = new ArrayList<>();
        for (String feature : HYPERV) {
            if (random.nextInt(8) == 0) {
                hyperv.add(feature + ": {}");
            }
        }
        boolean confidential = false;
        if (random.nextInt(8) == 0) {
            hyperv.add("evmcs: {}");
            hyperv.add("vapic: {}");
        } else if (random.nextInt(6) == 0) {
            confidential = true;
            domain.add("launchSecurity: "
                    + any(List.of("{sev: {}}", "{sev: {policy: {encryptedState: true}}}", "{snp: {}}", "{tdx: {}}")));
            domain.add("firmware: {bootloader: {efi: {secureBoot: false}}}");
        }
        if (!hyperv.isEmpty()) {
            domain.add("features: {hyperv: {%s}}".formatted(String.join(", ", hyperv)));
        }
        if (!confidential && random.nextInt(8) == 0) {
            cpu.add("dedicatedCpuPlacement: true");
        }
        return """
                apiVersion: kubevirt.io/v1
                kind: VirtualMachine
                metadata: {name: %s, namespace: default}
                spec:
                  runStrategy: Halted
                  template:
                    metadata:
                      labels: {cpu-baseline: %s}
                    spec:
                      domain:
                        cpu: {%s}
                        memory: {guest: 64Mi}
                        devices: {}
                %s
                %s
                """.formatted(
                        name,
                        baseline,
                        String.join(", ", cpu),
                        String.join("\n", domain).indent(8),
                        String.join("\n", spec).indent(6));
    }

    /** What the machine's owner asks of nodes. */
    private List<String> placement() {
        List<String> spec = new ArrayList<>();
        if (random.nextInt(5) == 0) {
            spec.add("nodeSelector: {%s: %s}".formatted(ZONE, any(List.of("a", "b"))));
        }
        if (random.nextInt(5) == 0) {
            String zone = "{matchExpressions: [{key: %s, operator: %s, values: [b]}]}"
                    .formatted(ZONE, any(List.of("In", "NotIn")));
            String node = "{matchFields: [{key: metadata.name, operator: In, values: [%s]}]}".formatted(any(NODES));
            String terms = any(List.of(zone, node, zone + ", " + node));
            spec.add(
                    "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [%s]}}}"
                            .formatted(terms));
        }
        if (random.nextInt(3) == 0) {
            String one = "{key: %s, value: %s, effect: NoSchedule}".formatted(any(TAINTS), any(List.of("a", "b")));
            String key = "{key: %s, operator: Exists}".formatted(any(TAINTS));
            spec.add("tolerations: [%s]".formatted(any(List.of(one, key, one + ", " + key, "{operator: Exists}"))));
        }
        return spec;
    }

    /** The pods that virt-controller has made, by machine. */
    private Map<String, Pod> launchers(List<String> machines) {
        Map<String, Pod> pods = new TreeMap<>();
        Stage.eventually(() -> {
            client().pods()
                    .inNamespace("default")
                    .withLabel("kubevirt.io", "virt-launcher")
                    .list()
                    .getItems()
                    .forEach(pod -> pods.put(
                            Objects.requireNonNull(
                                    pod.getMetadata().getAnnotations().get("kubevirt.io/domain")),
                            pod));
            assertThat(pods.keySet()).containsExactlyInAnyOrderElementsOf(machines);
        });
        return pods;
    }

    /** On how many nodes each machine can land, as the operator says. */
    private static Map<String, Integer> counted(Map<String, String> baselineOf) {
        Map<String, Integer> nodes = new TreeMap<>();
        for (String baseline : BASELINES) {
            List<ShapeReport> shapes =
                    stage.baseline(baseline).virtualMachines().shapes();
            shapes.forEach(shape ->
                    shape.examples().forEach(name -> nodes.put(name.substring(name.indexOf('/') + 1), shape.nodes())));
        }
        assertThat(nodes.keySet()).as("each is named").isEqualTo(baselineOf.keySet());
        return nodes;
    }

    /** On how many nodes each machine's pod could be placed, as the scheduler says. */
    private Map<String, Integer> found(String set, Map<String, Pod> pods) {
        // As soon as it knows all nodes' new labels, which it watches on its own
        Pod newLabels = probe(set, "new-labels", anywhereOf(set), 0, true);
        client().resource(newLabels).create();
        Stage.eventually(
                () -> assertThat(verdict(newLabels.getMetadata().getName())).isEqualTo(NODES.size()));
        pods.forEach((name, pod) ->
                client().resource(probe(set, name, pod.getSpec(), 0, true)).create());
        Map<String, Integer> found = new TreeMap<>();
        Stage.eventually(() -> {
            for (String name : pods.keySet()) {
                Integer verdict = verdict(nameOf(set, name, 0));
                if (verdict != null) {
                    found.put(name, verdict);
                }
            }
            assertThat(found.keySet()).isEqualTo(pods.keySet());
        });
        client().pods()
                .inNamespace("default")
                .withLabel(PROBE)
                .withGracePeriod(0)
                .delete();
        return found;
    }

    /** How many nodes lack nothing but what no node has; null before the scheduler has looked. */
    private @Nullable Integer verdict(String pod) {
        return client().pods().inNamespace("default").withName(pod).get().getStatus().getConditions().stream()
                .filter(TargetsIT::isUnschedulable)
                .findFirst()
                .map(condition -> {
                    Matcher matcher = LACKING_NOTHING_ELSE.matcher(condition.getMessage());
                    return matcher.find() ? Integer.valueOf(matcher.group(1)) : Integer.valueOf(0);
                })
                .orElse(null);
    }

    private static boolean isUnschedulable(PodCondition condition) {
        return condition.getType().equals("PodScheduled")
                && condition.getStatus().equals("False")
                && "Unschedulable".equals(condition.getReason());
    }

    /** On how many nodes copies of each machine's pod really land that don't bear each other. */
    private Map<String, Integer> placed(String set, Map<String, Pod> pods) {
        pods.forEach((name, pod) -> IntStream.range(0, NODES.size())
                .forEach(i -> client().resource(probe(set, name, pod.getSpec(), i, false))
                        .create()));
        Map<String, Integer> placed = new TreeMap<>();
        Stage.eventually(() -> {
            List<Pod> copies = client().pods()
                    .inNamespace("default")
                    .withLabel(PROBE)
                    .list()
                    .getItems();
            assertThat(copies)
                    .allMatch(copy -> copy.getSpec().getNodeName() != null
                            || copy.getStatus().getConditions().stream().anyMatch(TargetsIT::isUnschedulable));
            placed.clear();
            copies.forEach(copy -> placed.merge(
                    Objects.requireNonNull(copy.getMetadata().getLabels().get(PROBE)),
                    copy.getSpec().getNodeName() == null ? 0 : 1,
                    Integer::sum));
        });
        client().pods()
                .inNamespace("default")
                .withLabel(PROBE)
                .withGracePeriod(0)
                .delete();
        return placed;
    }

    private static String nameOf(String set, String machine, int copy) {
        return "probe-%s-%s-%d".formatted(set, machine, copy);
    }

    /** A pod that may land on every node of the set, whatever taints it has. */
    private static PodSpec anywhereOf(String set) {
        return new PodSpecBuilder()
                .withNodeSelector(Map.of(SET, set))
                .withTolerations(EVERYTHING)
                .build();
    }

    /** A pod that asks of nodes what a machine's pod asks of them. */
    private static Pod probe(String set, String machine, PodSpec asked, int copy, boolean impossible) {
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withName(nameOf(set, machine, copy))
                .withNamespace("default")
                .addToLabels(PROBE, machine)
                .endMetadata()
                .withNewSpec()
                .withNodeSelector(asked.getNodeSelector())
                .withAffinity(asked.getAffinity())
                .withTolerations(asked.getTolerations())
                .addNewContainer()
                .withName("compute")
                .withImage("probe")
                .withNewResources()
                .addToRequests("devices.kubevirt.io/kvm", new Quantity("1"))
                .addToLimits("devices.kubevirt.io/kvm", new Quantity("1"))
                .endResources()
                .endContainer()
                .endSpec();
        if (impossible) {
            return pod.editSpec()
                    .editFirstContainer()
                    .editResources()
                    .addToRequests(NONE, new Quantity("1"))
                    .addToLimits(NONE, new Quantity("1"))
                    .endResources()
                    .endContainer()
                    .endSpec()
                    .build();
        }
        return pod.editSpec()
                .editOrNewAffinity()
                .withNewPodAntiAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withNewLabelSelector()
                .addToMatchLabels(PROBE, machine)
                .endLabelSelector()
                .withTopologyKey("kubernetes.io/hostname")
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }

    private <T> T any(List<T> all) {
        return Objects.requireNonNull(all.get(random.nextInt(all.size())));
    }
}
