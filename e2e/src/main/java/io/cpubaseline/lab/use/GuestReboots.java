package io.cpubaseline.lab.use;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.process.Command;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.programs.VirtApi;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * virt-handler's part in a guest's reboot, on every node: virt-api hands {@code softreboot} on to it. A guest whose {@code rebootPolicy} is
 * {@code Terminate} ends then, as libvirt's {@code on_reboot=destroy} has it; any other one goes on. The lab must have all components.
 */
public final class GuestReboots implements AutoCloseable {

    private static final String NAMESPACE = "kubevirt";
    private static final String CONTROLLER = "system:serviceaccount:kubevirt:kubevirt-controller";
    private static final String LOOPBACK = "127.0.0.1";

    /** KubeVirt 1.8.4, pkg/util/tls: whom virt-api takes for a virt-handler. */
    private static final String COMMON_NAME = "CN=kubevirt.io:system:node:virt-handler";

    private static final Pattern SOFT_REBOOT =
            Pattern.compile("/v1/namespaces/([^/]+)/virtualmachineinstances/([^/]+)/softreboot");
    private static final String PASSWORD = "changeit";

    private final Lab lab;
    private final HttpsServer server;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    /** Listens from now on; the nodes' virt-handler pods must be there. */
    public GuestReboots(Lab lab) {
        this.lab = lab;
        try {
            Path store = keyStore();
            server = HttpsServer.create(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), VirtApi.handlerPort(lab)), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(serving(store)));
        } catch (IOException | GeneralSecurityException e) {
            throw new LabException("virt-handler can't be played", e);
        }
        server.createContext("/", this::answer);
        server.start();
        lab.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("kubevirt.io", "virt-handler")
                .resources()
                .forEach(pod -> pod.editStatus(now -> new PodBuilder(now)
                        .editStatus()
                        .withPodIP(LOOPBACK)
                        .withPodIPs(List.of())
                        .addNewPodIP(LOOPBACK)
                        .endStatus()
                        .build()));
    }

    /** The instances that were asked to reboot, as {@code namespace/name}, in their order. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** A key with its own certificate, which virt-api trusts from now on. */
    private Path keyStore() throws IOException, GeneralSecurityException {
        Path store = lab.directory().resolve("virt-handler.p12");
        if (!Files.exists(store)) {
            Command.run(
                    Map.of(),
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "virt-handler",
                            "-keyalg",
                            "EC",
                            "-dname",
                            COMMON_NAME,
                            "-ext",
                            "EKU=serverAuth",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            PASSWORD,
                            "-keystore",
                            store.toString()));
        }
        String certificate = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(UTF_8))
                        .encodeToString(
                                load(store).getCertificate("virt-handler").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        lab.client().configMaps().inNamespace(NAMESPACE).withName("kubevirt-ca").edit(now -> with(now, certificate));
        return store;
    }

    private static ConfigMap with(ConfigMap authorities, String certificate) {
        String bundle = authorities.getData().getOrDefault("ca-bundle", "");
        return bundle.contains(certificate)
                ? authorities
                : new ConfigMapBuilder(authorities)
                        .addToData("ca-bundle", bundle + certificate)
                        .build();
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(file)) {
            store.load(stream, PASSWORD.toCharArray());
        }
        return store;
    }

    private static SSLContext serving(Path store) throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(store), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher path = SOFT_REBOOT.matcher(exchange.getRequestURI().getPath());
            if (!path.matches()) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            asked.add(path.group(1) + "/" + path.group(2));
            exchange.sendResponseHeaders(202, -1);
            reboot(path.group(1), path.group(2));
        }
    }

    private void reboot(String namespace, String name) {
        String policy =
                lab.kubectl().run("get", "vmi", "-n", namespace, name, "-o", "jsonpath={.spec.domain.rebootPolicy}");
        if (policy.equals("Terminate")) {
            lab.kubectl()
                    .run(
                            "patch",
                            "vmi",
                            "-n",
                            namespace,
                            name,
                            "--as=" + CONTROLLER,
                            "--type=merge",
                            "-p",
                            "{\"status\": {\"phase\": \"Succeeded\"}}");
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
