package io.cpubaseline.lab.use;

import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Ports;
import io.cpubaseline.lab.process.Programs;
import io.cpubaseline.lab.process.Wait;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Argo CD's sync engine as a program ({@code agent} of argoproj/argo-cd, gitops-engine): it brings the cluster to what a Git repository says, and
 * deletes what is there no more. It applies on the client's side, as Argo CD does unless it is told otherwise.
 */
public final class ArgoCd implements AutoCloseable {
    /** Where its account is. */
    public static final String NAMESPACE = "argocd";

    /** Its account, which may do everything, as Argo CD's may. */
    public static final String ACCOUNT = "argocd-application-controller";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Syncs are asked for, never due. */
    private static final int NEVER = 100_000;

    private static final String NAME = "argocd";

    private static final Pattern ROW =
            Pattern.compile("^[^/ ]*/(?<kind>[^/ ]+)/[^/ ]*/(?<name>[^/ ]+) +(?<message>.*)\\n", Pattern.MULTILINE);

    private final Path log;
    private final GitRepository repository;
    private final LabProcess process;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private ArgoCd(Path log, GitRepository repository, LabProcess process, int port) {
        this.log = log;
        this.repository = repository;
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it for a repository; returns when it answers.
     *
     * @throws LabException if it has not been built, or does not come up
     */
    public static ArgoCd start(Lab lab, GitRepository repository) {
        lab.apply("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: %1$s}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: %2$s, namespace: %1$s}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: %2$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects: [{kind: ServiceAccount, name: %2$s, namespace: %1$s}]
                """.formatted(NAMESPACE, ACCOUNT));
        int port = Ports.free();
        LabProcess process = lab.launch(
                NAME,
                Map.of(),
                List.of(
                        Programs.find(List.of(Programs.GITOPS)).path("agent").toString(),
                        repository.directory().toString(),
                        "--kubeconfig=" + lab.kubeconfigFor(NAMESPACE, ACCOUNT),
                        "--default-namespace=default",
                        "--resync-seconds=" + NEVER,
                        "--port=" + port));
        Wait.until(
                () -> {
                    process.checkRunning();
                    return Ports.isOpen(port);
                },
                PATIENCE,
                () -> "Argo CD's engine does not answer. " + process.lastLines());
        return new ArgoCd(lab.directory().resolve(NAME + ".log"), repository, process, port);
    }

    /**
     * Syncs what is committed now; returns when that is done, with what it says of each object, by kind and name, for example
     * {@code VirtualMachine/web}.
     *
     * @throws LabException when it can't be done, or the API server refuses an object
     */
    public Map<String, String> sync() {
        int objects = repository.objects().size();
        begin();
        int before = Directories.text(log).length();
        Map<String, String> results = new TreeMap<>();
        Wait.until(
                () -> {
                    process.checkRunning();
                    String said = Directories.text(log).substring(before);
                    if (said.contains("Failed to") || said.contains("Running -> Failed")) {
                        throw new LabException("The sync failed: " + said);
                    }
                    results.putAll(results(said));
                    return results.size() >= objects;
                },
                PATIENCE,
                () -> "Argo CD's engine has not synced %d objects: %s. %s"
                        .formatted(objects, results, process.lastLines()));
        return results;
    }

    /** Of the lines that have ended, those of its table: {@code GROUP/KIND/NAMESPACE/NAME  MESSAGE}. */
    private static Map<String, String> results(String said) {
        Map<String, String> results = new TreeMap<>();
        Matcher row = ROW.matcher(said);
        while (row.find()) {
            results.put(row.group("kind") + "/" + row.group("name"), row.group("message"));
        }
        return results;
    }

    /** Returns when the sync begins: one that still runs ends before. */
    private void begin() {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/sync"))
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new LabException("Argo CD's engine answers " + answer.statusCode() + " " + answer.body());
            }
        } catch (IOException e) {
            throw new LabException("Argo CD's engine does not answer. " + process.lastLines(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.kill();
    }
}
