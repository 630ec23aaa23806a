package io.cpubaseline.stories.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** VirtualMachines of the namespace default: what users and programs write, and what is in them. */
public final class Machines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;

    public Machines(KubernetesClient client) {
        this.client = client;
    }

    /** A virtual machine of 2 vCPUs that a baseline may select by the label {@code cpu-baseline}. */
    public static String manifest(String name, String baseline) {
        return """
                apiVersion: kubevirt.io/v1
                kind: VirtualMachine
                metadata:
                  name: %s
                  namespace: default
                spec:
                  runStrategy: Halted
                  template:
                    metadata:
                      labels: {cpu-baseline: %s}
                    spec:
                      domain:
                        cpu: {cores: 2}
                        memory: {guest: 4Gi}
                        devices: {}
                """.formatted(name, baseline);
    }

    /** The same one, which moves on when the node that it runs on is drained. */
    public static String evictable(String name, String baseline) {
        return manifest(name, baseline).replace("      domain:", "      evictionStrategy: LiveMigrate\n      domain:");
    }

    /**
     * The same one, started as soon as it exists.
     *
     * @param cpu what it asks for beside 2 cores, for example {@code model: host-model}
     */
    public static String running(String name, String baseline, String cpu) {
        return manifest(name, baseline).replace("Halted", "Always").replace("{cores: 2}", "{cores: 2, " + cpu + "}");
    }

    /** Starts a halted one for good, or stops it: as {@code virtctl start} and {@code virtctl stop} do. */
    public void runStrategy(String name, String strategy) {
        patch(name, "kubectl-edit", "{\"spec\": {\"runStrategy\": \"" + strategy + "\"}}");
    }

    /** Restarts a running one, as {@code virtctl restart} does; returns when it runs anew. */
    public void restart(String name) {
        restartAll(List.of(name));
    }

    /** The same with many, all at once. */
    public void restartAll(Collection<String> names) {
        Map<String, String> before = new TreeMap<>();
        names.forEach(
                name -> before.put(name, instance(name).at("/metadata/uid").asText()));
        names.forEach(name -> client.raw(
                "/apis/subresources.kubevirt.io/v1/namespaces/default/virtualmachines/" + name + "/restart",
                "PUT",
                "{\"gracePeriodSeconds\": 0}"));
        before.forEach((name, uid) -> Stage.eventually(() -> {
            JsonNode now = instance(name);
            assertThat(now.at("/metadata/uid").asText()).isNotEmpty().isNotEqualTo(uid);
            assertThat(now.at("/status/phase").asText()).isEqualTo("Running");
        }));
    }

    /** What it runs with, as {@link #cpuFields} has it. */
    public String runningCpuFields(String name) {
        return cpuFields(instance(name).at("/spec/domain/cpu"));
    }

    /** {@code spec.nodeSelector} of its instance. */
    public Map<String, String> runningNodeSelector(String name) {
        return texts(instance(name).at("/spec/nodeSelector"));
    }

    /** Whether KubeVirt says that it has to be restarted. */
    public boolean requiresRestart(String name) {
        return StreamSupport.stream(json(name).at("/status/conditions").spliterator(), false)
                .anyMatch(condition -> condition.path("type").asText().equals("RestartRequired")
                        && condition.path("status").asText().equals("True"));
    }

    /** Its generation, which every change of its spec raises. */
    public long generation(String name) {
        return json(name).at("/metadata/generation").asLong();
    }

    /** Creates it as users do; returns its name. */
    public String create(String manifest) {
        return client.resource(object(manifest)).create().getMetadata().getName();
    }

    /** Creates it as a program of that name does, which owns all that is in it. */
    public void createAs(String manager, String manifest) {
        client.raw(
                "/apis/kubevirt.io/v1/namespaces/default/virtualmachines?fieldManager=" + manager,
                "POST",
                object(manifest));
    }

    /** The same for one like {@link #manifest}. */
    public void create(String name, String baseline) {
        create(manifest(name, baseline));
    }

    /** {@code spec.template.spec.domain.cpu}. */
    public JsonNode cpu(String name) {
        return json(name).at("/spec/template/spec/domain/cpu");
    }

    /** Model and features as JSON, without the rest of {@code cpu}. */
    public String cpuOf(String name) {
        JsonNode cpu = cpu(name);
        return JSON.createObjectNode()
                .<ObjectNode>set("model", cpu.path("model"))
                .set("features", cpu.path("features"))
                .toString();
    }

    /** {@code spec.template.spec.nodeSelector}. */
    public Map<String, String> nodeSelector(String name) {
        return texts(json(name).at("/spec/template/spec/nodeSelector"));
    }

    /** The labels of the machine itself. */
    public Map<String, String> labels(String name) {
        return texts(json(name).at("/metadata/labels"));
    }

    private static Map<String, String> texts(JsonNode fields) {
        Map<String, String> texts = new TreeMap<>();
        fields.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    /** Model and features in one line, for example {@code IvyBridge-IBRS abm avx2}; empty without. */
    public String cpuFields(String name) {
        return cpuFields(cpu(name));
    }

    public static String cpuFields(JsonNode cpu) {
        return StreamSupport.stream(cpu.path("features").spliterator(), false)
                .map(feature -> " " + feature.path("name").asText()
                        + (feature.path("policy").asText().equals("require")
                                ? ""
                                : "=" + feature.path("policy").asText()))
                .collect(Collectors.joining("", cpu.path("model").asText(), ""));
    }

    /** The fields below {@code cpu} that each manager owns, such as {@code [cores]}. */
    public Map<String, List<String>> owners(String name) {
        Map<String, List<String>> owners = new TreeMap<>();
        for (JsonNode entry : json(name).at("/metadata/managedFields")) {
            JsonNode owned = entry.at("/fieldsV1/f:spec/f:template/f:spec/f:domain/f:cpu");
            List<String> fields = StreamSupport.stream(((Iterable<String>) owned::fieldNames).spliterator(), false)
                    .filter(field -> field.startsWith("f:"))
                    .map(field -> field.substring(2))
                    .sorted()
                    .toList();
            if (!fields.isEmpty()) {
                owners.put(entry.path("manager").asText(), fields);
            }
        }
        return owners;
    }

    /** All that this manager owns, as JSON. */
    public JsonNode ownedBy(String name, String manager) {
        for (JsonNode entry : json(name).at("/metadata/managedFields")) {
            if (entry.path("manager").asText().equals(manager)) {
                return entry.path("fieldsV1");
            }
        }
        return JSON.missingNode();
    }

    /** Names and resource versions of all. */
    public Map<String, String> versions() {
        return all().collect(Collectors.toMap(
                vm -> vm.getMetadata().getName(), vm -> vm.getMetadata().getResourceVersion()));
    }

    /** How often the spec of each was changed, counted from 1, without repetitions. */
    public Set<Long> generations() {
        return all().map(vm -> vm.getMetadata().getGeneration()).collect(Collectors.toSet());
    }

    /** Names of those that have a CPU model. */
    public Set<String> withModel() {
        return all().filter(vm -> JSON.<JsonNode>valueToTree(vm)
                        .at("/spec/template/spec/domain/cpu")
                        .has("model"))
                .map(vm -> vm.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private Stream<GenericKubernetesResource> all() {
        return client
                .genericKubernetesResources("kubevirt.io/v1", "VirtualMachine")
                .inAnyNamespace()
                .list()
                .getItems()
                .stream();
    }

    /** Calls on every change of any of them, at once. */
    public Watch watch(Runnable changed) {
        return client.genericKubernetesResources("kubevirt.io/v1", "VirtualMachine")
                .inNamespace("default")
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, GenericKubernetesResource machine) {
                        if (action == Action.MODIFIED) {
                            changed.run();
                        }
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        // The story notices what it misses.
                    }
                });
    }

    /** Sees every version of all of them from now on. */
    public MachineWitness witness() {
        return new MachineWitness(client);
    }

    /** Changes it as a program of that name does. */
    public void patch(String name, String manager, String mergePatch) {
        machine(name)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager(manager)
                                .build(),
                        mergePatch);
    }

    /** Applies these CPU fields, and none else, as the program of that name: what it had applied before and leaves out now is gone. */
    public void applyAs(String manager, String name, String cpu) {
        client.resource(object("""
                        apiVersion: kubevirt.io/v1
                        kind: VirtualMachine
                        metadata: {name: %s, namespace: default}
                        spec: {template: {spec: {domain: {cpu: %s}}}}
                        """.formatted(name, cpu)))
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(manager)
                        .withForce(true)
                        .build());
    }

    /** Writes the whole object, as backup tools and old clients do: what others have added to it is gone. */
    public void overwrite(String manifest) {
        GenericKubernetesResource whole = object(manifest);
        client.resource(whole).unlock().update();
    }

    public void delete(String name) {
        machine(name).delete();
    }

    /** What virt-controller creates when a machine is started, with this CPU model. */
    public void run(String name, String model) {
        start(name, "{\"cores\": 2, \"model\": \"" + model + "\"}");
    }

    /** The same with the CPU that the machine has in its template. */
    public void runAsWritten(String name) {
        start(name, cpu(name).toString());
    }

    private void start(String name, String cpu) {
        create("""
                apiVersion: kubevirt.io/v1
                kind: VirtualMachineInstance
                metadata:
                  name: %s
                  namespace: default
                  ownerReferences:
                  - {apiVersion: kubevirt.io/v1, kind: VirtualMachine, name: %s, uid: %s, controller: true}
                spec:
                  domain:
                    cpu: %s
                    memory: {guest: 4Gi}
                    devices: {}
                """.formatted(name, name, json(name).at("/metadata/uid").asText(), cpu));
    }

    /** Its instance ends. */
    public void stop(String name) {
        client.genericKubernetesResources("kubevirt.io/v1", "VirtualMachineInstance")
                .inNamespace("default")
                .withName(name)
                .delete();
    }

    private JsonNode instance(String name) {
        return JSON.valueToTree(client.genericKubernetesResources("kubevirt.io/v1", "VirtualMachineInstance")
                .inNamespace("default")
                .withName(name)
                .get());
    }

    private Resource<GenericKubernetesResource> machine(String name) {
        return client.genericKubernetesResources("kubevirt.io/v1", "VirtualMachine")
                .inNamespace("default")
                .withName(name);
    }

    private GenericKubernetesResource object(String manifest) {
        return Objects.requireNonNull(
                client.getKubernetesSerialization().unmarshal(manifest, GenericKubernetesResource.class));
    }

    private JsonNode json(String name) {
        return JSON.valueToTree(Objects.requireNonNull(machine(name).get(), name));
    }
}
