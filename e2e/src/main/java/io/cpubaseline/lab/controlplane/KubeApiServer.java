package io.cpubaseline.lab.controlplane;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.LabProcess;
import io.cpubaseline.lab.process.Ports;
import io.cpubaseline.lab.process.Programs;
import io.cpubaseline.lab.process.Wait;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lab's API server: RBAC is real, tokens of service accounts are real, every request is in the audit log. It can be stopped and
 * started again on the same port with the same data.
 */
public final class KubeApiServer {
    private static final Duration START = Duration.ofSeconds(90);
    private static final String ADMIN = "lab-admin";

    private final Programs programs;
    private final Path directory;
    private final Etcd etcd;
    private final boolean detached;
    private final boolean aggregates;
    private final List<String> flags;
    private final int port = Ports.free();
    private final String adminToken;
    private final FrontProxy frontProxy;
    private @Nullable LabProcess process;

    /**
     * Prepares the keys, the administrator's token and the audit policy; {@link #start} starts it.
     *
     * @param detached whether it outlives this JVM
     * @param aggregates whether it passes requests on to API servers behind it, such as virt-api
     * @param flags further ones, as {@code --name=value}
     */
    public KubeApiServer(
            Programs programs, Path directory, Etcd etcd, boolean detached, boolean aggregates, List<String> flags) {
        this.programs = programs;
        this.directory = directory;
        this.etcd = etcd;
        this.detached = detached;
        this.aggregates = aggregates;
        this.flags = List.copyOf(flags);
        byte[] token = new byte[16];
        new SecureRandom().nextBytes(token);
        this.adminToken = HexFormat.of().formatHex(token);
        write("tokens.csv", adminToken + "," + ADMIN + "," + ADMIN + ",system:masters\n");
        write("audit-policy.yaml", """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules:
                - level: Metadata
                """);
        KeyPair keys = serviceAccountKeys();
        write("service-accounts.key", pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        write("service-accounts.pub", pem("PUBLIC KEY", keys.getPublic().getEncoded()));
        this.frontProxy = new FrontProxy(directory);
    }

    /**
     * Starts it; returns when it says that it is ready.
     *
     * @throws LabException when it does not get there
     */
    public void start() {
        if (process != null && process.isRunning()) {
            throw new LabException("the API server is running already");
        }
        List<String> command = new ArrayList<>(List.of(
                programs.path("kube-apiserver").toString(),
                "--etcd-servers=" + etcd.url(),
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + directory.resolve("certificates"),
                "--token-auth-file=" + directory.resolve("tokens.csv"),
                "--authorization-mode=RBAC",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + directory.resolve("service-accounts.pub"),
                "--service-account-signing-key-file=" + directory.resolve("service-accounts.key"),
                "--service-cluster-ip-range=10.0.0.0/24",
                // Pods without a service account: no controller creates those.
                // TaintNodesByCondition: it taints every new node as not ready, and where no controller manager runs
                // nobody takes that away.
                "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition",
                "--allow-privileged",
                "--endpoint-reconciler-type=none",
                "--audit-policy-file=" + directory.resolve("audit-policy.yaml"),
                "--audit-log-path=" + auditLog()));
        if (aggregates) {
            command.addAll(frontProxy.flags());
        }
        command.addAll(flags);
        LabProcess started = LabProcess.start("kube-apiserver", directory, detached, Map.of(), command);
        process = started;
        awaitReady(started);
    }

    /** Stops it as an upgrade would: running requests may end first. */
    public void stop() {
        if (process != null) {
            process.stop();
        }
    }

    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    public Path auditLog() {
        return directory.resolve("audit.log");
    }

    public String url() {
        return "https://127.0.0.1:" + port;
    }

    /** A kubeconfig for a bearer of this token. */
    public String kubeconfig(String user, String token) {
        return """
        apiVersion: v1
        kind: Config
        current-context: lab
        clusters:
        - name: lab
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: %s
          user:
            token: %s
        contexts:
        - name: lab
          context:
            cluster: lab
            user: %s
        """.formatted(
                url(),
                Base64.getEncoder()
                        .encodeToString(Directories.text(certificateFile()).getBytes(UTF_8)),
                user,
                token,
                user);
    }

    public String adminKubeconfig() {
        return kubeconfig(ADMIN, adminToken);
    }

    /** Its own certificate, good for 127.0.0.1 and localhost, followed by that of the authority that signed it. */
    public Path certificateFile() {
        return directory.resolve("certificates").resolve("apiserver.crt");
    }

    public Path keyFile() {
        return certificateFile().resolveSibling("apiserver.key");
    }

    private void awaitReady(LabProcess started) {
        Wait.until(
                () -> {
                    started.checkRunning();
                    // The key is written last.
                    return Files.exists(keyFile());
                },
                START,
                () -> "the API server has made no certificate. " + started.lastLines());
        // A client's own retries would only make the answer come later.
        Config config = new ConfigBuilder(Config.fromKubeconfig(adminKubeconfig()))
                .withRequestRetryBackoffLimit(0)
                .build();
        try (KubernetesClient probe =
                new KubernetesClientBuilder().withConfig(config).build()) {
            Wait.until(
                    () -> {
                        started.checkRunning();
                        return isReady(probe);
                    },
                    START,
                    () -> "the API server is not ready. " + started.lastLines());
        }
    }

    private static boolean isReady(KubernetesClient probe) {
        try {
            return "ok".equals(probe.raw("/readyz"));
        } catch (KubernetesClientException notYet) {
            return false;
        }
    }

    private static KeyPair serviceAccountKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new LabException("this Java has no elliptic curves", e);
        }
    }

    static String pem(String kind, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(content), kind);
    }

    private void write(String name, String content) {
        Directories.write(directory.resolve(name), content);
    }
}
