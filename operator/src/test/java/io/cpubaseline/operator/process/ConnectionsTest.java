package io.cpubaseline.operator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Clients;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.testing.Options;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's own client and a server that speaks TLS and offers HTTP/2, as the API server does. */
@Tag("thorough")
class ConnectionsTest {

    private static final String PASSWORD = "connections";
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] NOT_FOUND =
            "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path work;

    private volatile byte[] answer = ANSWER;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> protocols = new CopyOnWriteArrayList<>();
    private final List<SSLSocket> connections = new CopyOnWriteArrayList<>();

    /** Connections up to this one are as dead: they are open, but nothing that comes by them is answered. */
    private volatile int dead;

    private SSLServerSocket server;
    private KubernetesClient client;

    @BeforeEach
    void serve() throws Exception {
        Path certificate = work.resolve("certificate.pem");
        Path keys = keys("keys.p12");
        keytool(keys, "-exportcert", "-rfc", "-alias", "a", "-file", certificate.toString());
        server = listen(keys, 0);
        Files.writeString(kubeconfig(), """
                {"apiVersion":"v1","kind":"Config","current-context":"c",
                 "contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}],
                 "users":[{"name":"u","user":{"token":"none"}}],
                 "clusters":[{"name":"c","cluster":{"server":"https://127.0.0.1:%d","certificate-authority":"%s"}}]}""".formatted(server.getLocalPort(), certificate));
        client = Clients.of(kubeconfig());
    }

    private Path kubeconfig() {
        return work.resolve("kubeconfig");
    }

    /** A new key with a certificate that only this key has signed. */
    private Path keys(String name) throws IOException, InterruptedException {
        Path keys = work.resolve(name);
        keytool(
                keys,
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1");
        return keys;
    }

    private SSLServerSocket listen(Path keys, int port) throws IOException, GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        SSLServerSocket listening = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(port, 50, InetAddress.getLoopbackAddress());
        SSLParameters parameters = listening.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        listening.setSSLParameters(parameters);
        threads.execute(() -> accept(listening));
        return listening;
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
        for (SSLSocket connection : connections) {
            connection.close();
        }
        threads.shutdownNow();
    }

    @Test
    void aConnectionIsGivenUpWithTheRequestThatItDoesNotAnswer() {
        // Given: one HTTP/2 connection for everything would be kept, and with it all that waits for answers
        ApiServer api = new ApiServer(client, Duration.ofSeconds(1));
        assertThat(api.get("/first").join().succeeded()).isTrue();

        // When
        dead = connections.size();

        // Then
        assertThat(api.get("/second").handle(ConnectionsTest::outcome).join()).isEqualTo("failed");
        assertThat(api.get("/third").handle(ConnectionsTest::outcome).join()).isEqualTo("answered");
        assertThat(connections).hasSize(2);
        assertThat(protocols).hasSize(2).doesNotContain("h2");
    }

    @Test
    void aStreamThatIsNotAnsweredInTimeKeepsNobodyWaiting() throws IOException {
        // Given
        ApiServer api = new ApiServer(client, Duration.ofSeconds(1));
        assertThat(api.get("/first").join().succeeded()).isTrue();
        dead = connections.size();

        // When
        CompletableFuture<String> stream = CompletableFuture.supplyAsync(() -> {
            try (InputStream body = api.ask("/stream", Duration.ofMinutes(5)).stream(raw -> {})) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return e.getMessage();
            }
        });

        // Then
        assertThat(stream.join()).isEqualTo("no answer within 1000 ms");
        try (InputStream body = api.ask("/stream", Duration.ofMinutes(5)).stream(raw -> {})) {
            assertThat(body.readAllBytes()).hasSize(2);
        }
    }

    @Test
    void whoAcceptsConnectionsAndNeverAnswersIsNotTakenForNobody() throws Exception {
        // Given
        HttpClient impatient =
                HttpClient.newBuilder().connectTimeout(Duration.ofMillis(100)).build();
        URI address;
        Throwable timeout;

        // When the TLS handshake takes too long, and then nobody listens
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            address = URI.create("https://127.0.0.1:" + mute.getLocalPort());
            timeout = failure(impatient, address);
        }
        Throwable refusal = failure(impatient, address);

        // Then
        assertThat(ApiServer.isRefusedConnection(timeout)).isFalse();
        assertThat(ApiServer.isRefusedConnection(refusal)).isTrue();
    }

    private static Throwable failure(HttpClient client, URI address) {
        return client.sendAsync(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                .<Throwable>handle((answer, failure) -> failure)
                .join();
    }

    @Test
    void aReplacedAuthorityEndsInARestart() throws Exception {
        // Given an operator that hears of every kind that there is none
        answer = NOT_FOUND;
        RunOptions options = Options.watching(Duration.ofMillis(500));
        try (OperatorProcess process = OperatorMain.process(options, kubeconfig(), () -> {})) {
            process.start();
            await().until(() -> code(process, "/readyz") == 200);
            assertThat(code(process, "/livez")).isEqualTo(200);

            // When: the API server comes back with a certificate of another authority, which only a new process reads
            int port = server.getLocalPort();
            Path other = keys("other.p12");
            server.close();
            for (SSLSocket connection : connections) {
                connection.close();
            }
            server = listen(other, port);

            // Then
            await().until(() -> code(process, "/livez") == 503);
        }
    }

    private static int code(OperatorProcess process, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + process.port() + path).toURL().openConnection();
        return connection.getResponseCode();
    }

    private static String outcome(Answer answer, Throwable failure) {
        return failure == null ? "answered" : "failed";
    }

    private void accept(SSLServerSocket listening) {
        try {
            while (true) {
                SSLSocket connection = (SSLSocket) listening.accept();
                connections.add(connection);
                int number = connections.size();
                threads.execute(() -> answer(connection, number));
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private void answer(SSLSocket connection, int number) {
        try (InputStream in = connection.getInputStream();
                OutputStream out = connection.getOutputStream()) {
            int newlines = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
                if (newlines == 2 && number > dead) {
                    protocols.add(connection.getApplicationProtocol());
                    out.write(answer);
                    out.flush();
                }
            }
        } catch (IOException e) {
            // the client has gone away
        }
    }

    private static void keytool(Path store, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        words.addAll(List.of(arguments));
        words.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }
}
