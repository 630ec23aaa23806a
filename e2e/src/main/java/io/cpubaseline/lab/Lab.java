package io.cpubaseline.lab;

import io.cpubaseline.lab.controlplane.Etcd;
import io.cpubaseline.lab.controlplane.KubeApiServer;
import io.cpubaseline.lab.controlplane.PreparedEtcd;
import io.cpubaseline.lab.objects.ApiObjects;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.objects.Newcomers;
import io.cpubaseline.lab.objects.NodeManifests;
import io.cpubaseline.lab.objects.Yaml;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.Kubectl;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Programs;
import io.cpubaseline.lab.programs.Component;
import io.cpubaseline.lab.programs.KubeControllerManager;
import io.cpubaseline.lab.programs.KubeScheduler;
import io.cpubaseline.lab.programs.Kwok;
import io.cpubaseline.lab.programs.NfdMaster;
import io.cpubaseline.lab.programs.Site;
import io.cpubaseline.lab.programs.VirtApi;
import io.cpubaseline.lab.programs.VirtController;
import io.cpubaseline.lab.programs.VirtLauncher;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A running control plane on this machine: etcd and kube-apiserver, with the resources of KubeVirt, node-feature-discovery and this
 * project defined. Two labs never share anything, so they can run side by side.
 *
 * <pre>{@code
 * try (Lab lab = Lab.start(LabOptions.apiServer())) {
 *     lab.apply(NodeManifests.homelab());
 *     lab.kubectl().run("get", "nodes");
 * }
 * }</pre>
 */
public final class Lab implements Site, AutoCloseable {

    private final Path directory;
    private final boolean temporary;
    private final LabOptions options;
    private final Programs programs;
    private final Etcd etcd;
    private final KubeApiServer apiServer;
    private final KubernetesClient client;
    private final Map<Component, LabProcess> running = new EnumMap<>(Component.class);
    private final ApiObjects objects;
    private final Newcomers newcomers;
    private boolean started;

    private Lab(Path directory, LabOptions options, Programs programs, Etcd etcd, KubeApiServer apiServer) {
        this.directory = directory;
        this.temporary = options.directory().isEmpty();
        this.options = options;
        this.programs = programs;
        this.etcd = etcd;
        this.apiServer = apiServer;
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(apiServer.adminKubeconfig()))
                .build();
        this.objects = new ApiObjects(client);
        this.newcomers = new Newcomers(objects);
    }

    /**
     * Starts a lab; returns when it serves every resource.
     *
     * @throws LabException when the programs are not built, or one of them does not come up; the message has the end of its log
     */
    public static Lab start(LabOptions options) {
        Programs programs = Programs.find(families(options));
        Path directory = options.directory().map(Lab::create).orElseGet(Directories::forLab);
        PreparedEtcd.copyInto(programs, directory);
        Etcd etcd = Etcd.start(programs, directory, options.detached());
        KubeApiServer apiServer = new KubeApiServer(
                programs,
                directory,
                etcd,
                options.detached(),
                options.components().contains(Component.VIRT_API),
                options.apiServerFlags());
        try {
            apiServer.start();
        } catch (RuntimeException e) {
            apiServer.kill();
            etcd.kill();
            throw e;
        }
        Lab lab = new Lab(directory, options, programs, etcd, apiServer);
        try {
            Directories.write(lab.kubeconfig(), apiServer.adminKubeconfig());
            lab.applyOwnDefinitions();
            // In the order of the enumeration, whatever order the set has.
            EnumSet.allOf(Component.class).stream()
                    .filter(options.components()::contains)
                    .forEach(lab::start);
            lab.newcomers.keepAllBuiltIn();
            lab.started = true;
            return lab;
        } catch (RuntimeException e) {
            lab.end();
            throw e;
        }
    }

    private static List<String> families(LabOptions options) {
        return Stream.concat(
                        Stream.of(Programs.KUBERNETES, Programs.KUBEVIRT, Programs.NFD_CRDS),
                        options.components().stream().map(Component::family))
                .distinct()
                .toList();
    }

    @Override
    public Path directory() {
        return directory;
    }

    /** The API server's address. */
    public String url() {
        return apiServer.url();
    }

    @Override
    public Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    /** The administrator's kubectl. */
    public Kubectl kubectl() {
        return new Kubectl(programs.path("kubectl"), kubeconfig());
    }

    /** Every request since the start. */
    public AuditLog auditLog() {
        return new AuditLog(apiServer.auditLog());
    }

    /** Creates nodes and their NodeFeature objects, or replaces existing ones: labels that the manifests lack are gone then. */
    public void apply(NodeManifests manifests) {
        manifests.applyTo(client);
    }

    @Override
    public void apply(String yaml) {
        for (HasMetadata object : Yaml.objects("the text to apply", yaml)) {
            HasMetadata applied = client.resource(object).forceConflicts().serverSideApply();
            if (!started) {
                newcomers.keep(applied);
            }
        }
    }

    @Override
    public Path kubeconfigFor(String namespace, String serviceAccount) {
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(Duration.ofDays(1).toSeconds())
                .endSpec()
                .build();
        TokenRequest answer = client.serviceAccounts()
                .inNamespace(namespace)
                .withName(serviceAccount)
                .tokenRequest(request);
        if (answer == null) {
            throw new LabException("there is no service account " + namespace + "/" + serviceAccount);
        }
        Path file = directory.resolve("kubeconfig-" + namespace + "-" + serviceAccount);
        Directories.write(
                file, apiServer.kubeconfig(serviceAccount, answer.getStatus().getToken()));
        return file;
    }

    /** Stops the API server as an upgrade would. etcd keeps the data. */
    public void stopApiServer() {
        apiServer.stop();
    }

    /** Starts the API server again, on the same port and with the same keys; returns when it is ready. */
    public void startApiServer() {
        apiServer.start();
        objects.awaitServed(objects.definitions());
    }

    /** Stops the API server and starts it again. */
    public void restartApiServer() {
        stopApiServer();
        startApiServer();
    }

    /**
     * Starts a component that was stopped, or one that the lab was started without; returns when it does its work.
     *
     * @throws LabException when it runs already or does not come up
     */
    public void start(Component component) {
        if (running.containsKey(component)) {
            throw new LabException(component.program() + " is running already");
        }
        running.put(component, started(component));
    }

    /** Ends a component as a crash would: at once, without a goodbye. */
    public void kill(Component component) {
        LabProcess process = running.remove(component);
        if (process == null) {
            throw new LabException(component.program() + " is not running");
        }
        process.kill();
    }

    /** Starts components again that have ended by themselves, as a kubelet does: some do when they miss the API server for too long. */
    public void restartEnded() {
        for (Component component : List.copyOf(running.keySet())) {
            LabProcess process = running.get(component);
            if (process != null && !process.isRunning()) {
                kill(component);
                start(component);
            }
        }
    }

    /**
     * Brings the cluster back to what it was when the lab had started: every object that came since then is deleted, of whatever kind,
     * namespaces with all that is in them too. Objects that were there at the start, such as KubeVirt's own, stay, and what was changed of
     * them since stays changed.
     *
     * @throws LabException also when a component has ended by itself
     */
    public void reset() {
        running.values().forEach(LabProcess::checkRunning);
        newcomers.delete();
    }

    /** Ends all programs and deletes the temporary directory. A detached lab is left running. */
    @Override
    public void close() {
        client.close();
        if (options.detached()) {
            return;
        }
        end();
        if (temporary) {
            Directories.delete(directory);
        }
    }

    private void end() {
        running.values().forEach(LabProcess::kill);
        apiServer.kill();
        etcd.kill();
    }

    @Override
    public Programs programs() {
        return programs;
    }

    @Override
    public Path servingCertificate() {
        return apiServer.certificateFile();
    }

    @Override
    public Path servingKey() {
        return apiServer.keyFile();
    }

    @Override
    public LabProcess launch(String name, Map<String, String> environment, List<String> command) {
        return LabProcess.start(name, directory, options.detached(), environment, command);
    }

    private LabProcess started(Component component) {
        return switch (component) {
            case NFD_MASTER -> NfdMaster.start(this);
            case KUBE_SCHEDULER -> KubeScheduler.start(this);
            case KUBE_CONTROLLER_MANAGER -> KubeControllerManager.start(this);
            case VIRT_API -> VirtApi.start(this);
            case VIRT_CONTROLLER -> VirtController.start(this);
            case KWOK -> Kwok.start(this);
            case VIRT_LAUNCHER -> VirtLauncher.start(this);
        };
    }

    private void applyOwnDefinitions() {
        Path folder = Programs.e2eDirectory().resolveSibling("crds");
        for (Path file : Directories.filesIn(folder, List.of(".yaml"))) {
            apply(Directories.text(file));
        }
        objects.awaitServed(objects.definitions());
    }

    private static Path create(Path directory) {
        try {
            return Files.createDirectories(directory).toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
