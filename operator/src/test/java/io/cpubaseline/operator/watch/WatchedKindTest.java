package io.cpubaseline.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cpubaseline.operator.cluster.NamespaceReader;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.testing.Options;
import io.cpubaseline.operator.testing.ScriptedApiServer;
import io.cpubaseline.operator.testing.ScriptedApiServer.Watches;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("thorough")
class WatchedKindTest {

    private static final String PATH = "/api/v1/namespaces";

    private final ScriptedApiServer server = new ScriptedApiServer();
    private final Watches watches = new Watches();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<String> changes = new CopyOnWriteArrayList<>();
    private final WatchedKind<NamespaceView> kind = watching(Duration.ofSeconds(60));

    private WatchedKind<NamespaceView> watching(Duration idleLimit) {
        return watching(server.client(), Duration.ofSeconds(5), idleLimit, Options.quick());
    }

    private WatchedKind<NamespaceView> watching(
            KubernetesClient client, Duration requestTimeout, Duration idleLimit, RunOptions options) {
        return new WatchedKind<>(
                new ApiServer(client, requestTimeout),
                PATH,
                new NamespaceReader(),
                new WatchedKind.Listener<>() {
                    @Override
                    public void changed(@Nullable NamespaceView before, @Nullable NamespaceView after) {
                        if (after != null) {
                            changes.add((before == null ? "+" : "~") + after.name());
                        } else if (before != null) {
                            changes.add("-" + before.name());
                        }
                    }

                    @Override
                    public void stateChanged(State state) {
                        changes.add(state.name());
                    }
                },
                options,
                timer,
                idleLimit);
    }

    @BeforeEach
    void serve() {
        server.on("WATCH", PATH, watches);
        server.on(
                "GET", PATH, call -> call.answer(200, list("10", "", namespace("a", 1, "x"), namespace("b", 2, "x"))));
    }

    @AfterEach
    void stop() {
        kind.stop();
        timer.shutdownNow();
        server.close();
    }

    @Test
    void theFirstListIsComplete() {
        // When
        kind.start();

        // Then
        await().until(() -> kind.state() == State.SYNCED);
        assertThat(kind.list()).extracting(NamespaceView::name).containsExactlyInAnyOrder("a", "b");
        assertThat(kind.get("", "a")).contains(new NamespaceView("a", Map.of("team", "x"), false, ""));
        assertThat(changes).containsExactly("STARTING", "SYNCED");
    }

    @Test
    void aLongListComesInPages() {
        // Given
        server.on("GET", PATH, call -> {
            if (call.query().contains("continue=more%2Bof%20it")) {
                call.answer(200, list("10", "", namespace("b", 2, "x")));
            } else {
                call.answer(200, list("10", "more+of it", namespace("a", 1, "x")));
            }
        });

        // When
        kind.start();

        // Then
        await().until(() -> kind.state() == State.SYNCED);
        assertThat(kind.list()).extracting(NamespaceView::name).containsExactlyInAnyOrder("a", "b");
        assertThat(server.requests("GET"))
                .extracting(request -> request.query().contains("limit="))
                .containsOnly(true);
    }

    @Test
    void theNextPageIsAskedForWhileOneIsRead() {
        // Given a first page that doesn't end before the second was asked for
        CountDownLatch asked = new CountDownLatch(1);
        server.on("GET", PATH, call -> {
            if (call.query().contains("continue=")) {
                asked.countDown();
                call.answer(200, list("10", "", namespace("b", 2, "x")));
                return;
            }
            String page = list("10", "more", namespace("a", 1, "x"));
            call.exchange().sendResponseHeaders(200, 0);
            call.exchange()
                    .getResponseBody()
                    .write(page.substring(0, page.length() - 2).getBytes(StandardCharsets.UTF_8));
            call.exchange().getResponseBody().flush();
            awaitQuietly(asked);
            call.exchange().getResponseBody().write("]}".getBytes(StandardCharsets.UTF_8));
            call.exchange().close();
        });

        // When
        kind.start();

        // Then
        await().until(() -> kind.state() == State.SYNCED);
        assertThat(kind.list()).extracting(NamespaceView::name).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void aCompressedListIsRead() {
        // Given
        server.on("GET", PATH, call -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream compressed = new GZIPOutputStream(bytes)) {
                compressed.write(list("10", "", namespace("a", 1, "x")).getBytes(StandardCharsets.UTF_8));
            }
            call.exchange().getResponseHeaders().set("Content-Encoding", "gzip");
            call.exchange().sendResponseHeaders(200, bytes.size());
            call.exchange().getResponseBody().write(bytes.toByteArray());
            call.exchange().close();
        });

        // When
        kind.start();

        // Then
        await().until(() -> kind.state() == State.SYNCED);
        assertThat(kind.list()).extracting(NamespaceView::name).containsExactly("a");
    }

    @Test
    void onlyRealChangesAreTold() {
        // Given
        started();

        // When: a new version with nothing new, a change, a newcomer, a removal
        watches.send("MODIFIED", namespace("a", 11, "x"));
        watches.send("MODIFIED", namespace("a", 12, "y"));
        watches.send("BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"13\"}}");
        watches.send("ADDED", namespace("c", 14, "x"));
        watches.send("DELETED", namespace("b", 15, "x"));

        // Then
        await().untilAsserted(() -> assertThat(changes).containsExactly("~a", "+c", "-b"));
        assertThat(kind.list()).extracting(NamespaceView::name).containsExactlyInAnyOrder("a", "c");
    }

    @Test
    void aBrokenWatchGoesOnWhereItEnded() {
        // Given
        started();
        watches.send("ADDED", namespace("c", 20, "x"));
        await().until(() -> changes.contains("+c"));

        // When
        watches.breakConnection();

        // Then
        await().until(() -> server.requests("WATCH").size() == 2);
        assertThat(server.requests("WATCH").get(1).query()).contains("resourceVersion=20");
        assertThat(server.requests("GET")).hasSize(1);
        watches.send("ADDED", namespace("d", 21, "x"));
        await().untilAsserted(() -> assertThat(changes).containsExactly("+c", "+d"));
        assertThat(kind.state()).isEqualTo(State.SYNCED);
    }

    @Test
    void anExpiredVersionLeadsToANewListOfWhichOnlyDifferencesAreTold() {
        // Given
        started();
        server.on(
                "GET", PATH, call -> call.answer(200, list("30", "", namespace("a", 1, "x"), namespace("c", 29, "x"))));

        // When
        watches.send("ERROR", ScriptedApiServer.status(410, "Expired", "too old resource version: 10 (25)"));

        // Then
        await().untilAsserted(() -> assertThat(changes).containsExactlyInAnyOrder("+c", "-b"));
        await().until(() -> server.requests("WATCH").size() == 2);
        assertThat(server.requests("WATCH").get(1).query()).contains("resourceVersion=30");
    }

    @Test
    void aVersionThatIsRefusedAtOnceLeadsToANewList() {
        // Given
        server.on("WATCH", PATH, call -> call.refuse(410, "Expired", "too old resource version"));

        // When
        kind.start();

        // Then
        await().until(() -> server.requests("GET").size() >= 3);
        assertThat(kind.state()).isEqualTo(State.SYNCED);
    }

    @Test
    void aKindThatIsMissingIsFoundWhenItComesAndForgottenWhenItGoes() {
        // Given
        server.on("GET", PATH, call -> call.answer(404, "404 page not found"));
        kind.start();
        await().until(() -> kind.state() == State.ABSENT);
        assertThat(kind.list()).isEmpty();

        // When
        serve();

        // Then
        await().until(() -> kind.state() == State.SYNCED);
        assertThat(kind.list()).hasSize(2);

        // When
        changes.clear();
        server.on("GET", PATH, call -> call.answer(404, "404 page not found"));
        server.on("WATCH", PATH, call -> call.answer(404, "404 page not found"));
        watches.end();

        // Then
        await().until(() -> kind.state() == State.ABSENT);
        assertThat(kind.list()).isEmpty();
        assertThat(changes).containsExactly("ABSENT");
    }

    @Test
    void aKindThatComesIsNotSettledBeforeItsFirstListIsComplete() {
        // Given
        server.on("GET", PATH, call -> call.answer(404, "404 page not found"));
        kind.start();
        await().until(() -> kind.state() == State.ABSENT);
        CountDownLatch rest = new CountDownLatch(1);

        // When
        server.on("GET", PATH, call -> {
            if (call.query().contains("continue=")) {
                awaitQuietly(rest);
                call.answer(200, list("10", "", namespace("b", 2, "x")));
            } else {
                call.answer(200, list("10", "more", namespace("a", 1, "x")));
            }
        });

        // Then
        await().until(() -> !kind.list().isEmpty());
        assertThat(kind.settled()).isFalse();
        assertThat(kind.current()).isFalse();

        // When
        rest.countDown();

        // Then what the first list has is told by the state alone
        await().until(() -> kind.state() == State.SYNCED);
        assertThat(kind.current()).isTrue();
        assertThat(changes).containsExactly("STARTING", "ABSENT", "STARTING", "SYNCED");
    }

    @Test
    void viewsOfWhichNothingIsHeardAreNotCurrent() {
        // Given
        WatchedKind<NamespaceView> impatient = watching(Duration.ofMillis(300));
        impatient.start();
        await().until(impatient::current);

        // When the API server answers, but not about this kind
        server.on("GET", PATH, call -> call.answer(500, "{}"));
        server.on("WATCH", PATH, call -> call.answer(500, "{}"));

        // Then
        await().until(() -> !impatient.current());
        assertThat(impatient.state()).isEqualTo(State.SYNCED);
        assertThat(impatient.list()).hasSize(2);

        // When
        serve();

        // Then
        await().until(impatient::current);
        impatient.stop();
    }

    @Test
    void whatMayNotBeReadIsTriedAgain() {
        // Given
        server.on("GET", PATH, call -> call.refuse(403, "Forbidden", "namespaces is forbidden: User x cannot list"));
        kind.start();
        await().until(() -> kind.state() == State.FORBIDDEN);
        assertThat(kind.message()).contains("cannot list");

        // When
        serve();

        // Then
        await().until(() -> kind.state() == State.SYNCED);
        assertThat(kind.message()).isEmpty();
    }

    @Test
    void lastViewsStayWhenReadingIsForbiddenLater() {
        // Given
        started();

        // When
        server.on("WATCH", PATH, call -> call.refuse(403, "Forbidden", "no"));
        server.on("GET", PATH, call -> call.refuse(403, "Forbidden", "no"));
        watches.end();

        // Then
        await().until(() -> kind.state() == State.FORBIDDEN);
        assertThat(kind.list()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void oneRefusalOfAnApiServerThatHasJustStartedMeansNothing(int code) {
        // Given
        started();

        // When
        server.on("WATCH", PATH, call -> {
            server.on("WATCH", PATH, watches);
            call.refuse(code, "Refused", "no");
        });
        watches.end();
        watches.send("ADDED", namespace("c", 20, "x"));

        // Then it goes on as if nothing had been
        await().until(() -> changes.contains("+c"));
        assertThat(changes).containsExactly("+c");
    }

    @Test
    void oddObjectsDoNotStopTheOthers() {
        // Given
        server.on(
                "GET",
                PATH,
                call -> call.answer(
                        200,
                        list(
                                "10",
                                "",
                                "{\"metadata\":{\"name\":\"odd\",\"labels\":[1,{\"a\":2}],\"annotations\":7}}",
                                "null",
                                "\"text\"",
                                namespace("a", 1, "x"))));
        kind.start();
        await().until(() -> kind.state() == State.SYNCED);

        // When
        watches.send("ADDED", "{\"metadata\":{\"name\":{\"is\":[\"an object\"]},\"resourceVersion\":\"11\"}}");
        watches.send("ADDED", "[1,2]");
        watches.sendRaw("{\"type\":\"ADDED\"}");
        watches.send("ADDED", namespace("z", 12, "x"));

        // Then
        await().until(() -> kind.get("", "z").isPresent());
        assertThat(kind.get("", "a")).isPresent();
        assertThat(kind.get("", "odd")).contains(new NamespaceView("odd", Map.of(), false, ""));
        assertThat(server.requests("WATCH")).hasSize(1);
    }

    @Test
    void aLineThatIsNoJsonIsReadAgainFromTheLastGoodVersion() {
        // Given
        started();
        watches.send("ADDED", namespace("c", 20, "x"));

        // When
        watches.sendRaw("{\"type\":\"ADDED\",\"object\":{\"metada");

        // Then
        await().until(() -> server.requests("WATCH").size() == 2);
        assertThat(server.requests("WATCH").get(1).query()).contains("resourceVersion=20");
    }

    @Test
    void aReaderThatFailsLeavesOutOneObject() {
        // Given
        WatchedKind<String> picky = new WatchedKind<>(
                new ApiServer(server.client(), Duration.ofSeconds(5)),
                PATH,
                new ObjectReader<>() {
                    @Override
                    public String read(com.fasterxml.jackson.core.JsonParser object) throws java.io.IOException {
                        String name = new NamespaceReader().read(object).name();
                        if (name.equals("a")) {
                            throw new IllegalStateException("no a please");
                        }
                        return name;
                    }

                    @Override
                    public ObjectName nameOf(String view) {
                        return new ObjectName("", view);
                    }
                },
                new Quiet<>(),
                Options.quick(),
                timer);

        // When
        picky.start();

        // Then
        await().until(() -> picky.state() == State.SYNCED);
        assertThat(picky.list()).containsExactly("b");
        picky.stop();
    }

    @Test
    void aServerInTroubleIsAskedAgain() {
        // Given
        server.on("GET", PATH, call -> {
            switch (server.requests("GET").size()) {
                case 1 -> call.refuse(500, "InternalError", "etcdserver: leader changed");
                case 2 -> call.hangUp();
                case 3 -> call.refuse(429, "TooManyRequests", "too many");
                default -> call.answer(200, list("10", "", namespace("a", 1, "x")));
            }
        });

        // When
        kind.start();

        // Then
        await().until(() -> kind.state() == State.SYNCED);
        assertThat(server.requests("GET")).hasSize(4);
    }

    @Test
    void aSilentConnectionIsReplaced() {
        // Given
        WatchedKind<NamespaceView> impatient = watching(Duration.ofMillis(100));

        // When
        impatient.start();

        // Then
        await().until(() -> server.requests("WATCH").size() >= 2);
        assertThat(server.requests("GET")).hasSize(1);
        impatient.stop();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"items\":[]}",
                "{\"metadata\":{\"resourceVersion\":\"11\"}}",
                "{\"metadata\":{\"continue\":\"more\"},\"items\":[]}"
            })
    void anAnswerThatIsNoListIsNotTakenForAnEmptyCluster(String answer) {
        // Given
        started();
        server.on("GET", PATH, call -> {
            call.exchange().getResponseHeaders().set("Content-Type", "application/json");
            call.answer(200, answer);
        });

        // When
        watches.send("ERROR", ScriptedApiServer.status(410, "Expired", "too old resource version: 10 (25)"));

        // Then
        await().until(() -> server.requests("GET").size() >= 4);
        assertThat(kind.list()).hasSize(2);
        assertThat(changes).isEmpty();

        // When
        serve();

        // Then
        await().until(() -> server.requests("WATCH").size() >= 2);
        assertThat(changes).isEmpty();
    }

    @Test
    void aListThatStallsAfterItsHeadersIsReadAgain() {
        // Given
        server.on("GET", PATH, call -> {
            call.exchange().getResponseHeaders().set("Content-Encoding", "gzip");
            call.exchange().sendResponseHeaders(200, 0);
            call.exchange().getResponseBody().flush();
            serve();
        });
        WatchedKind<NamespaceView> impatient = watching(Duration.ofMillis(200));

        // When
        impatient.start();

        // Then
        await().until(() -> impatient.state() == State.SYNCED);
        impatient.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void anErrorThatStallsAfterItsHeadersIsGivenUp(String encoding) {
        // Given
        server.on("GET", PATH, call -> {
            call.exchange().getResponseHeaders().set("Content-Encoding", encoding);
            call.exchange().sendResponseHeaders(500, 100);
            call.exchange().getResponseBody().write('{');
            call.exchange().getResponseBody().flush();
            serve();
        });
        WatchedKind<NamespaceView> impatient =
                watching(server.client(), Duration.ofMillis(300), Duration.ofSeconds(60), Options.quick());

        // When
        impatient.start();

        // Then
        await().until(() -> impatient.state() == State.SYNCED);
        impatient.stop();
    }

    @Test
    void aWatchThatBreaksAfterHavingWorkedIsOpenedAgainSoon() {
        // Given a kind of which nothing is heard, behind a proxy that cuts each watch after a while
        Duration idleLimit = Duration.ofSeconds(2);
        List<Long> opened = new CopyOnWriteArrayList<>();
        server.on("WATCH", PATH, call -> {
            opened.add(System.nanoTime());
            call.exchange().sendResponseHeaders(200, 0);
            call.exchange().getResponseBody().flush();
            await().until(() -> System.nanoTime() - opened.get(opened.size() - 1)
                    > idleLimit.dividedBy(4).toNanos());
            call.hangUp();
        });
        WatchedKind<NamespaceView> cut = watching(
                server.client(),
                Duration.ofSeconds(5),
                idleLimit,
                Options.backingOff(Duration.ofMillis(100), Duration.ofHours(1)));

        // When
        cut.start();

        // Then: with growing delays the eighth would come after more than twelve seconds
        await().until(() -> opened.size() >= 8);
        cut.stop();
    }

    @Test
    void aWatchIsTriedAgainWithinHalfAMinuteHoweverLongOthersWait() {
        assertThat(Options.backingOff(Duration.ofSeconds(1), Duration.ofMinutes(5))
                        .longestReadDelay())
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(Options.backingOff(Duration.ofSeconds(1), Duration.ofSeconds(2))
                        .longestReadDelay())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aWatchEndsBeforeItsSilenceWouldAlarm() {
        // Given
        WatchedKind<NamespaceView> usual = watching(Duration.ofSeconds(45));

        // When
        usual.start();

        // Then: less than a minute until a dead connection is found, which bookmarks alone, up to 75 s apart, would not
        // do
        await().until(() -> server.requests("WATCH").size() == 1);
        assertThat(server.requests("WATCH").get(0).query()).containsPattern("timeoutSeconds=(3[0-9]|40)&");
        usual.stop();
    }

    @Test
    void streamsMayLastLongerThanRequests() {
        // Given a client that remembers the time-outs with which it was asked
        Map<String, Duration> timeouts = new ConcurrentHashMap<>();
        try (KubernetesClient client =
                server.anotherClient(builder -> builder.addOrReplaceInterceptor("timeouts", new Interceptor() {
                    @Override
                    public void before(BasicBuilder headers, HttpRequest request, RequestTags tags) {
                        String query = String.valueOf(request.uri().getQuery());
                        timeouts.put(
                                query.contains("watch=true") ? "watch" : "list",
                                ((StandardHttpRequest) request).getTimeout());
                    }
                }))) {
            WatchedKind<NamespaceView> observed =
                    watching(client, Duration.ofSeconds(15), Duration.ofSeconds(45), Options.quick());

            // When
            observed.start();

            // Then: from Java 26 on the time-out of a request covers its whole body
            await().until(() -> timeouts.size() == 2);
            assertThat(timeouts.get("watch")).isGreaterThan(Duration.ofSeconds(40));
            assertThat(timeouts.get("list")).isGreaterThan(Duration.ofSeconds(60));
            observed.stop();
        }
    }

    @Test
    void aServerThatNeverAnswersMakesAKindDeafUntilItDoes() {
        // Given
        server.on("GET", PATH, call -> {});
        WatchedKind<NamespaceView> deaf =
                watching(server.client(), Duration.ofMillis(50), Duration.ofMillis(200), Options.quick());
        assertThat(deaf.age()).isEmpty();
        assertThat(deaf.deaf()).isFalse();

        // When
        deaf.start();

        // Then
        await().until(deaf::deaf);
        assertThat(deaf.age()).hasValueSatisfying(age -> assertThat(age).isGreaterThan(Duration.ofMillis(600)));

        // When
        server.on("WATCH", PATH, call -> {
            call.exchange().sendResponseHeaders(200, 0);
            call.exchange().getResponseBody().flush();
        });
        server.on("GET", PATH, call -> call.answer(200, list("10", "")));

        // Then
        await().until(() -> !deaf.deaf());
        deaf.stop();
    }

    @Test
    void whereNobodyListensAKindIsOldButNotDeaf() throws IOException {
        // Given
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + port)
                        .build())
                .build()) {
            WatchedKind<NamespaceView> alone =
                    watching(client, Duration.ofSeconds(1), Duration.ofMillis(100), Options.quick());

            // When
            alone.start();

            // Then: a restart would not help
            await().until(() -> alone.age().orElseThrow().compareTo(Duration.ofSeconds(1)) > 0);
            assertThat(alone.deaf()).isFalse();
            alone.stop();
        }
    }

    @Test
    void whileTheServerAsksForTimeItGetsIt() {
        // Given
        List<Long> asked = new CopyOnWriteArrayList<>();
        server.on("GET", PATH, call -> {
            asked.add(System.nanoTime());
            if (asked.size() < 4) {
                call.exchange().getResponseHeaders().set("Retry-After", "1");
                call.refuse(429, "TooManyRequests", "too many requests, please try again later");
            } else {
                call.answer(200, list("10", "", namespace("a", 1, "x")));
            }
        });

        // When
        kind.start();

        // Then
        await().until(() -> kind.state() == State.SYNCED);
        for (int i = 1; i < 4; i++) {
            assertThat(Duration.ofNanos(asked.get(i) - asked.get(i - 1))).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void stoppingForgetsAndAnotherStartWorks() {
        // Given
        started();

        // When
        kind.stop();

        // Then
        assertThat(kind.state()).isEqualTo(State.STOPPED);
        assertThat(kind.list()).isEmpty();

        // When
        kind.start();

        // Then
        await().until(() -> kind.state() == State.SYNCED);
        assertThat(kind.list()).hasSize(2);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void started() {
        kind.start();
        await().until(() ->
                kind.state() == State.SYNCED && server.requests("WATCH").size() == 1);
        changes.clear();
    }

    private static String list(String version, String more, String... items) {
        return """
                {"kind":"NamespaceList","apiVersion":"v1","metadata":{"resourceVersion":"%s","continue":"%s"},"items":[%s]}""".formatted(version, more, String.join(",", Stream.of(items).toList()));
    }

    private static String namespace(String name, int version, String team) {
        return """
                {"metadata":{"name":"%s","uid":"u-%s","resourceVersion":"%d","labels":{"team":"%s"}},"spec":{"finalizers":["kubernetes"]}}""".formatted(name, name, version, team);
    }

    private static final class Quiet<V> implements WatchedKind.Listener<V> {
        @Override
        public void changed(@Nullable V before, @Nullable V after) {}

        @Override
        public void stateChanged(State state) {}
    }
}
