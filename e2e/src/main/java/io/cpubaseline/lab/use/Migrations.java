package io.cpubaseline.lab.use;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Wait;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Live migrations of running VMs of the namespace {@code default}: started as administrators start them, decided by KubeVirt and the
 * scheduler. The lab must have all components.
 */
public final class Migrations {
    private static final String API = "kubevirt.io/v1";

    /** How long a migration may take: it is a few seconds when nobody else needs the machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final String NAMESPACE = "default";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
    private static final String HOSTNAME = "kubernetes.io/hostname";

    private final KubernetesClient client;
    private final ObjectMapper json = new ObjectMapper();

    /** Migrations in this lab. */
    public Migrations(Lab lab) {
        this.client = lab.client();
    }

    /** How a migration ended. */
    public enum Result {
        /** The VM runs on the target. */
        SUCCEEDED,
        /** KubeVirt gave it up, or it did not end within {@link Migrations#PATIENCE}. */
        FAILED,
        /** The scheduler found no node for the target's pod; the VM runs on where it was. */
        NO_TARGET
    }

    /**
     * What became of a migration.
     *
     * @param source the node that the VM ran on
     * @param target the node that it runs on now; empty unless it succeeded
     * @param nodeSelector what KubeVirt demanded of the target: labels and their values; empty when there was no pod for it
     * @param explanation the scheduler's or KubeVirt's words where it did not succeed, else empty
     */
    public record Outcome(
            String machine,
            String source,
            Optional<String> target,
            Result result,
            Duration took,
            Map<String, String> nodeSelector,
            String explanation) {
        public Outcome {
            nodeSelector = Map.copyOf(nodeSelector);
        }
    }

    /**
     * A migration that has been started.
     *
     * @param source the node that the VM ran on
     * @param name of the VirtualMachineInstanceMigration
     * @param startedNanos by {@link System#nanoTime}
     */
    public record UnderWay(String machine, String source, String name, long startedNanos) {}

    /** Migrates a VM to whatever node KubeVirt and the scheduler choose. One that finds none is called off. */
    public Outcome migrate(String machine) {
        return migrate(machine, Map.of());
    }

    /** The same to this node and no other. */
    public Outcome migrateTo(String machine, String node) {
        return migrate(machine, Map.of(HOSTNAME, node));
    }

    /**
     * Finds the nodes to which a VM can be migrated now, by migrating it to each of them in turn. Where it runs at the start comes last, so
     * it is among them as soon as there is any other.
     *
     * @param nodes those to try
     * @throws LabException when KubeVirt starts a migration and gives it up
     */
    public Set<String> targets(String machine, Collection<String> nodes) {
        String start = nodeOf(machine);
        List<String> order = new ArrayList<>(new TreeSet<>(nodes));
        if (order.remove(start)) {
            order.add(start);
        }
        TreeSet<String> reached = new TreeSet<>();
        for (String node : order) {
            if (node.equals(nodeOf(machine))) {
                continue;
            }
            Outcome outcome = migrateTo(machine, node);
            if (outcome.result() == Result.FAILED) {
                throw new LabException(
                        "the migration of " + machine + " to " + node + " failed: " + outcome.explanation());
            }
            if (outcome.result() == Result.SUCCEEDED) {
                reached.add(node);
            }
        }
        return reached;
    }

    /**
     * The node that a VM runs on.
     *
     * @throws LabException when it does not run
     */
    public String nodeOf(String machine) {
        GenericKubernetesResource found = instance(machine).get();
        String node = found == null ? "" : tree(found).at("/status/nodeName").asText();
        if (node.isEmpty()) {
            throw new LabException("the VM " + machine + " does not run");
        }
        return node;
    }

    /** The identity of a VM's instance: it is another one after a restart, and the same after a migration. Empty when it has none. */
    public String instanceOf(String machine) {
        GenericKubernetesResource found = instance(machine).get();
        return found == null ? "" : found.getMetadata().getUid();
    }

    /** The phase of a VM's instance, such as {@code Running}; empty when it has none. */
    public String phase(String machine) {
        GenericKubernetesResource found = instance(machine).get();
        return found == null ? "" : tree(found).at("/status/phase").asText();
    }

    /** Waits until a VM runs. */
    public void awaitRunning(String machine) {
        Wait.until(
                () -> phase(machine).equals("Running"),
                PATIENCE,
                () -> "the VM " + machine + " is not running but \"" + phase(machine) + "\"; "
                        + unschedulable(pods(machine)));
    }

    /** Why the scheduler places no pod of a VM, in its own words; empty when it does. */
    public String whyPending(String machine) {
        return unschedulable(pods(machine));
    }

    private Outcome migrate(String machine, Map<String, String> demanded) {
        return await(begin(machine, demanded));
    }

    /** Starts a migration as {@link #migrate(String)} does; returns at once. */
    public UnderWay begin(String machine) {
        return begin(machine, Map.of());
    }

    /** Waits until KubeVirt has made the pod that a migration is to end in. */
    public void awaitTargetOf(UnderWay migration) {
        Wait.until(
                () -> !targetPods(migration.name()).isEmpty(),
                PATIENCE,
                () -> "there is no target for the migration " + migration.name() + ": " + status(migration.name()));
    }

    /** Whether a migration has succeeded or failed. */
    public boolean isOver(UnderWay migration) {
        return ENDED.contains(status(migration.name()).path("phase").asText());
    }

    /** Waits for the end of a migration; one that finds no target is called off. */
    public Outcome await(UnderWay migration) {
        return await(migration.machine(), migration.source(), migration.name(), migration.startedNanos());
    }

    private UnderWay begin(String machine, Map<String, String> demanded) {
        awaitNoneUnderWay(machine);
        String source = nodeOf(machine);
        String name = machine + "-" + UUID.randomUUID().toString().substring(0, 8);
        GenericKubernetesResource wanted = new GenericKubernetesResource();
        wanted.setApiVersion(API);
        wanted.setKind("VirtualMachineInstanceMigration");
        wanted.setMetadata(
                new ObjectMetaBuilder().withName(name).withNamespace(NAMESPACE).build());
        wanted.setAdditionalProperty("spec", Map.of("vmiName", machine, "addedNodeSelector", demanded));
        long started = System.nanoTime();
        client.resource(wanted).create();
        return new UnderWay(machine, source, name, started);
    }

    /** KubeVirt refuses a second migration of an instance, and evacuates machines when it likes. */
    private void awaitNoneUnderWay(String machine) {
        Wait.until(
                () -> client
                        .genericKubernetesResources(API, "VirtualMachineInstanceMigration")
                        .inNamespace(NAMESPACE)
                        .list()
                        .getItems()
                        .stream()
                        .map(this::tree)
                        .filter(migration ->
                                migration.at("/spec/vmiName").asText().equals(machine))
                        .allMatch(migration ->
                                ENDED.contains(migration.at("/status/phase").asText())),
                PATIENCE,
                () -> "a migration of " + machine + " does not end");
    }

    private Outcome await(String machine, String source, String name, long started) {
        Result result = awaitResult(name);
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        List<Pod> targets = targetPods(name);
        Map<String, String> selector = new TreeMap<>();
        targets.forEach(pod -> selector.putAll(pod.getSpec().getNodeSelector()));
        String explanation = switch (result) {
            case SUCCEEDED -> "";
            case FAILED -> status(name).toString();
            case NO_TARGET -> unschedulable(targets);
        };
        if (result != Result.SUCCEEDED) {
            callOff(name);
        }
        Optional<String> target = result == Result.SUCCEEDED ? Optional.of(nodeOf(machine)) : Optional.empty();
        return new Outcome(machine, source, target, result, took, selector, explanation);
    }

    private Result awaitResult(String name) {
        try {
            Wait.until(() -> isDecided(name), PATIENCE, () -> name + " has not ended");
        } catch (LabException e) {
            return Result.FAILED;
        }
        return switch (status(name).path("phase").asText()) {
            case "Succeeded" -> Result.SUCCEEDED;
            case "Failed" -> Result.FAILED;
            default -> Result.NO_TARGET;
        };
    }

    private boolean isDecided(String migration) {
        String phase = status(migration).path("phase").asText();
        return phase.equals("Succeeded")
                || phase.equals("Failed")
                || !unschedulable(targetPods(migration)).isEmpty();
    }

    private JsonNode status(String migration) {
        return tree(migration(migration).require()).path("status");
    }

    private void callOff(String name) {
        migration(name).delete();
        Wait.until(
                () -> migration(name).get() == null && targetPods(name).isEmpty(),
                PATIENCE,
                () -> "the migration " + name + " does not go away");
    }

    /** The pods that were made as targets of a migration, whatever became of them. */
    private List<Pod> targetPods(String migration) {
        return pods().stream()
                .filter(pod ->
                        migration.equals(pod.getMetadata().getAnnotations().get("kubevirt.io/migrationJobName")))
                .toList();
    }

    private List<Pod> pods(String machine) {
        return pods().stream()
                .filter(pod -> machine.equals(pod.getMetadata().getAnnotations().get("kubevirt.io/domain")))
                .toList();
    }

    private List<Pod> pods() {
        return client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("kubevirt.io", "virt-launcher")
                .list()
                .getItems();
    }

    private static String unschedulable(List<Pod> pods) {
        return pods.stream()
                .flatMap(pod -> pod.getStatus().getConditions().stream())
                .filter(condition -> condition.getType().equals("PodScheduled")
                        && condition.getStatus().equals("False"))
                .map(PodCondition::getMessage)
                .findFirst()
                .orElse("");
    }

    private Resource<GenericKubernetesResource> migration(String name) {
        return client.genericKubernetesResources(API, "VirtualMachineInstanceMigration")
                .inNamespace(NAMESPACE)
                .withName(name);
    }

    private Resource<GenericKubernetesResource> instance(String machine) {
        return client.genericKubernetesResources(API, "VirtualMachineInstance")
                .inNamespace(NAMESPACE)
                .withName(machine);
    }

    private JsonNode tree(GenericKubernetesResource object) {
        return json.valueToTree(object);
    }
}
