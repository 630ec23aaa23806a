package io.cpubaseline.lab.programs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Programs;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Plays virt-launcher at the end of a migration: the pod that the guest has left ends. As long as it runs, KubeVirt starts no
 * other migration of that instance. It is a program of its own because kwok can't do it: what says that a pod's guest has gone is in the
 * instance, and a stage writes only what it reads.
 */
public final class VirtLauncher {
    /** In milliseconds: what a lost watch or a refused write has left undone is done then. */
    private static final long RESYNC = 2_000;

    private final KubernetesClient client;
    private final ObjectMapper json = new ObjectMapper();

    private VirtLauncher(KubernetesClient client) {
        this.client = client;
    }

    /** Starts it as a program of a lab. */
    public static LabProcess start(Site site) {
        Path compiled = Programs.e2eDirectory().resolve("target");
        String libraries = Directories.text(compiled.resolve("lab.classpath")).strip();
        return site.launch(
                Component.VIRT_LAUNCHER.program(),
                Map.of(),
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        compiled.resolve("classes") + ":" + libraries,
                        VirtLauncher.class.getName(),
                        site.kubeconfig().toString()));
    }

    /** The argument is the kubeconfig file of who may change pods. It runs until it is killed. */
    public static void main(String[] arguments) throws Exception {
        Config config = Config.fromKubeconfig(Files.readString(Path.of(arguments[0])));
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            new VirtLauncher(client).run();
        }
    }

    private void run() {
        SharedIndexInformer<GenericKubernetesResource> instances = client.genericKubernetesResources(
                        "kubevirt.io/v1", "VirtualMachineInstance")
                .inAnyNamespace()
                .runnableInformer(RESYNC)
                .addEventHandler(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(GenericKubernetesResource instance) {
                        look(instance);
                    }

                    @Override
                    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource instance) {
                        look(instance);
                    }

                    @Override
                    public void onDelete(GenericKubernetesResource instance, boolean unknown) {
                        // Its pods go with it.
                    }
                })
                .exceptionHandler((starting, failure) -> true)
                .run();
        System.out.println("watching instances");
        instances.stopped().toCompletableFuture().join();
    }

    private void look(GenericKubernetesResource instance) {
        JsonNode migration =
                json.valueToTree(instance.getAdditionalProperties()).at("/status/migrationState");
        if (!migration.path("completed").asBoolean()) {
            return;
        }
        boolean moved = !migration.path("failed").asBoolean();
        String left = migration.path(moved ? "sourcePod" : "targetPod").asText();
        if (left.isEmpty()) {
            return;
        }
        try {
            end(instance.getMetadata().getNamespace(), left);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                System.out.println(left + ": " + e.getMessage());
            }
        }
    }

    private void end(String namespace, String name) {
        Pod pod = client.pods().inNamespace(namespace).withName(name).get();
        if (pod == null || !"Running".equals(pod.getStatus().getPhase())) {
            return;
        }
        client.resource(new PodBuilder(pod)
                        .editStatus()
                        .withPhase("Succeeded")
                        .endStatus()
                        .build())
                .updateStatus();
        System.out.println(name + " has ended");
    }
}
