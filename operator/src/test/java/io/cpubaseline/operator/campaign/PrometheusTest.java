package io.cpubaseline.operator.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.cpubaseline.campaign.Alerts;
import io.cpubaseline.operator.options.PrometheusOptions;
import io.cpubaseline.operator.testing.ManualClock;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.operator.testing.ScriptedApiServer.Handler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Prometheus is asked, and what its answers mean. */
class PrometheusTest {

    private static final Duration COUNTS = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String PASSWORD = "changeit";

    /** In the order and with the fields of Prometheus 3. */
    private static final String ALERT = """
            {"labels":{"alertname":"%s","severity":"critical"},"annotations":{"summary":"It is \\"so\\"."},"state":"%s",
             "activeAt":"2026-01-01T00:00:00Z","value":"1e+00"}""";

    @TempDir
    Path work;

    private final ScriptedApiServer server = new ScriptedApiServer();
    private final ManualClock clock = new ManualClock();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void stop() {
        end.countDown();
        server.close();
    }

    private Prometheus prometheus() {
        return prometheus("http://127.0.0.1:%d".formatted(server.port()), TIMEOUT);
    }

    private Prometheus prometheus(String url, Duration timeout) {
        return new Prometheus(
                new PrometheusOptions(Optional.of(URI.create(url)), Optional.empty(), Optional.empty()),
                COUNTS,
                timeout,
                clock::nanoTime);
    }

    private void answering(Handler handler) {
        server.on("GET", "/api/v1/alerts", handler);
    }

    private static String alerts(String... alerts) {
        return "{\"status\":\"success\",\"data\":{\"alerts\":[%s]}}".formatted(String.join(",", alerts));
    }

    private static String alert(String name, String state) {
        return ALERT.formatted(name, state);
    }

    private static String why(Alerts alerts) {
        assertThat(alerts).isInstanceOf(Alerts.Unknown.class);
        return ((Alerts.Unknown) alerts).why();
    }

    @Test
    void those_that_fire_are_named_once_and_those_that_are_pending_are_not() {
        answering(call -> call.answer(
                200,
                alerts(
                        alert("Down", "firing"),
                        alert("Full", "pending"),
                        alert("Down", "firing"),
                        alert("Hot", "firing"))));

        assertThat(prometheus().alerts()).isEqualTo(new Alerts.Firing(Set.of("Down", "Hot")));
    }

    @Test
    void where_none_is_active_none_fires() {
        answering(call -> call.answer(200, alerts()));

        assertThat(prometheus().alerts()).isEqualTo(new Alerts.Firing(Set.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/prometheus", "/prometheus/"})
    void the_question_goes_below_its_url(String path) {
        server.on("GET", path.replaceFirst("/$", "") + "/api/v1/alerts", call -> call.answer(200, alerts()));

        assertThat(prometheus("http://127.0.0.1:%d%s".formatted(server.port(), path), TIMEOUT)
                        .alerts())
                .isEqualTo(new Alerts.Firing(Set.of()));
    }

    @Test
    void an_answer_counts_for_a_while_whatever_it_is() {
        // Given
        Prometheus prometheus = prometheus();
        answering(call -> call.answer(500, ""));
        prometheus.alerts();

        // When
        answering(call -> call.answer(200, alerts()));
        clock.pass(COUNTS.minusMillis(1));

        // Then
        assertThat(prometheus.alerts()).isInstanceOf(Alerts.Unknown.class);
        assertThat(server.requests("GET")).hasSize(1);

        // When
        clock.pass(Duration.ofMillis(1));

        // Then
        assertThat(prometheus.alerts()).isInstanceOf(Alerts.Firing.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | `` | its answer is no JSON object",
                "200 | <html>log in</html> | its answer is no whole JSON",
                "200 | [] | its answer is no JSON object",
                "200 | {} | is not that of Prometheus",
                "200 | {\"status\":\"success\",\"data\":{\"alerts\":[ | its answer is no whole JSON",
                "200 | {\"status\":\"success\",\"data\":{\"alerts\":[]}} {} | goes on behind its end",
                "200 | {\"status\":\"success\",\"data\":{\"alerts\":null}} | is not that of Prometheus",
                "200 | {\"status\":\"success\",\"data\":{\"groups\":[]}} | is not that of Prometheus",
                "200 | {\"status\":\"error\",\"data\":{\"alerts\":[]}} | is not that of Prometheus",
                "200 | {\"status\":\"success\",\"data\":{\"alerts\":[{\"state\":\"firing\",\"labels\":{}}]}} | is not that of Prometheus",
                "200 | {\"status\":\"success\",\"data\":{\"alerts\":[{\"labels\":{\"alertname\":\"A\"}}]}} | is not that of Prometheus",
                "200 | {\"status\":\"success\",\"warnings\":[\"no rules from a\"],\"data\":{\"alerts\":[]}} | is not whole: \"no rules from a\"",
                "204 | `` | it answered 204",
                "302 | `` | it answered 302",
                "401 | `` | it answered 401: it wants a token, or another one",
                "403 | `` | it answered 403: the token's owner may not read alerts",
                "404 | `` | it answered 404",
                "500 | `` | it answered 500"
            })
    void what_is_not_a_whole_answer_tells_nothing(int code, String body, String words) {
        answering(call -> {
            if (code == 302) {
                call.exchange().getResponseHeaders().set("Location", "/elsewhere");
            }
            call.answer(code, body);
        });
        server.on("GET", "/elsewhere", call -> call.answer(200, alerts()));

        assertThat(why(prometheus().alerts()))
                .startsWith("http://127.0.0.1:%d/api/v1/alerts: ".formatted(server.port()))
                .contains(words)
                .endsWith("Check that, and the chart's restartCampaigns.prometheusUrl.");
    }

    @Test
    void an_answer_that_is_cut_off_tells_nothing() {
        answering(call -> {
            String whole = alerts(alert("Down", "firing"));
            call.exchange().sendResponseHeaders(200, whole.length() + 1_000);
            call.exchange().getResponseBody().write(whole.getBytes(StandardCharsets.UTF_8));
            call.hangUp();
        });

        assertThat(prometheus().alerts()).isInstanceOf(Alerts.Unknown.class);
    }

    @Test
    void an_answer_that_is_too_long_tells_nothing() {
        answering(call ->
                call.answer(200, alerts(ALERT.formatted("Down", "firing\",\"more\":\"" + "x".repeat(17 << 20)))));

        assertThat(why(prometheus().alerts())).contains("its answer is longer than 16 MiB");
    }

    @Test
    void who_does_not_answer_in_time_tells_nothing() {
        answering(call -> awaitEnd());

        assertThat(why(prometheus("http://127.0.0.1:%d".formatted(server.port()), Duration.ofMillis(200))
                        .alerts()))
                .contains("no whole answer within 0 s");
    }

    @Test
    void who_stops_in_the_middle_of_an_answer_tells_nothing() {
        answering(call -> {
            call.exchange().sendResponseHeaders(200, 0);
            call.exchange().getResponseBody().write("{\"status\":\"success\"".getBytes(StandardCharsets.UTF_8));
            call.exchange().getResponseBody().flush();
            awaitEnd();
        });

        assertThat(why(prometheus("http://127.0.0.1:%d".formatted(server.port()), Duration.ofSeconds(1))
                        .alerts()))
                .contains("no whole answer within 1 s");
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void where_nobody_listens_nothing_is_known() {
        server.close();

        assertThat(why(prometheus().alerts())).contains("nobody listens there");
    }

    @Test
    void without_a_url_nothing_is_known() {
        Prometheus nowhere = new Prometheus(PrometheusOptions.NONE, COUNTS, TIMEOUT, clock::nanoTime);

        assertThat(why(nowhere.alerts())).contains("restartCampaigns.prometheusUrl");
    }

    @Test
    void whoever_is_interrupted_knows_nothing_and_stays_interrupted() {
        answering(call -> call.answer(200, alerts()));
        Thread.currentThread().interrupt();

        Alerts alerts = prometheus().alerts();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(alerts).isInstanceOf(Alerts.Unknown.class);
    }

    @Test
    void a_token_and_those_who_vouch_for_prometheus_are_read_from_files_as_they_are_now() throws Exception {
        // Given
        List<String> tokens = new CopyOnWriteArrayList<>();
        Path first = keys("first.p12");
        Path second = keys("second.p12");
        Path authorities = work.resolve("ca.crt");
        Path token = Files.writeString(work.resolve("token"), "one\n");
        HttpsServer tls = serving(first, tokens);
        try {
            Prometheus prometheus = new Prometheus(
                    new PrometheusOptions(
                            Optional.of(URI.create("https://127.0.0.1:%d"
                                    .formatted(tls.getAddress().getPort()))),
                            Optional.of(token),
                            Optional.of(authorities)),
                    Duration.ZERO,
                    TIMEOUT,
                    clock::nanoTime);
            assertThat(why(prometheus.alerts())).contains("there is no file " + authorities);

            // When another one vouches
            certificate(second, authorities);
            assertThat(prometheus.alerts()).isInstanceOf(Alerts.Unknown.class);
            assertThat(tokens).isEmpty();

            // When
            certificate(first, authorities);
            assertThat(prometheus.alerts()).isEqualTo(new Alerts.Firing(Set.of()));
            Files.writeString(token, "two\n");
            assertThat(prometheus.alerts()).isEqualTo(new Alerts.Firing(Set.of()));

            // Then
            assertThat(tokens).containsExactly("Bearer one", "Bearer two");

            // When
            Files.writeString(token, "\n");
            assertThat(why(prometheus.alerts())).contains("the file %s holds no token".formatted(token));
            Files.writeString(authorities, "");
            Files.writeString(token, "three");
            assertThat(why(prometheus.alerts())).contains("the file %s holds no certificate".formatted(authorities));
        } finally {
            tls.stop(0);
        }
    }

    private static HttpsServer serving(Path keys, List<String> tokens) throws IOException, GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer tls = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        tls.setHttpsConfigurator(new HttpsConfigurator(context));
        tls.createContext("/api/v1/alerts", exchange -> {
            tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] none = alerts().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, none.length);
            exchange.getResponseBody().write(none);
            exchange.close();
        });
        tls.start();
        return tls;
    }

    private Path keys(String name) throws IOException, InterruptedException {
        Path keys = work.resolve(name);
        keytool(keys, "-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=a", "-ext", "san=ip:127.0.0.1");
        return keys;
    }

    private static void certificate(Path keys, Path file) throws IOException, InterruptedException {
        keytool(keys, "-exportcert", "-rfc", "-alias", "a", "-file", file.toString());
    }

    private static void keytool(Path store, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        words.addAll(List.of(arguments));
        words.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }
}
