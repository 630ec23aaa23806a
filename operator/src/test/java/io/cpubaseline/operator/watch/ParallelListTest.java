package io.cpubaseline.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.testing.MockApiServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A long list is read by several threads, and handed over as if it had been one. */
class ParallelListTest {

    private static final String PATH = "/api/v1/nodes";
    private static final int PAGES = 5;
    private static final int ITEMS = 7;

    private final MockApiServer server = new MockApiServer();
    private final ApiServer api = new ApiServer(server.client(), Duration.ofSeconds(30));
    private final List<String> taken = new ArrayList<>();

    @AfterEach
    void close() {
        server.close();
    }

    /** The page after which the token asks, of as many as there are. */
    private static String page(int number) {
        return "{\"metadata\":{\"resourceVersion\":\"1\",\"continue\":\"%s\"},\"items\":[%s]}"
                .formatted(
                        number + 1 < PAGES ? number + 1 : "",
                        IntStream.range(0, ITEMS)
                                .mapToObj("{\"metadata\":{\"name\":\"%d-%%d\"}}".formatted(number)::formatted)
                                .collect(Collectors.joining(",")));
    }

    private static int number(String query) {
        int at = query.indexOf("continue=");
        return at < 0 ? 0 : Integer.parseInt(query.substring(at + "continue=".length()));
    }

    private static String name(JsonParser item) throws IOException {
        JsonNode object = Json.MAPPER.readTree(item);
        return object.at("/metadata/name").asText();
    }

    @Test
    void two_pages_are_read_at_a_time_and_handed_over_in_their_order() throws IOException {
        // Given a first page that isn't read before the second one is
        server.on(
                "GET", PATH, call -> call.answer(200, page(number(call.request().query()))));
        CountDownLatch second = new CountDownLatch(1);
        Set<Thread> consumers = ConcurrentHashMap.newKeySet();

        // When
        ParallelList.each(
                api,
                PATH,
                item -> {
                    String name = name(item);
                    if (name.equals("1-" + (ITEMS - 1))) {
                        second.countDown();
                    } else if (name.equals("0-0")) {
                        awaited(second);
                    }
                    return name;
                },
                name -> {
                    consumers.add(Thread.currentThread());
                    taken.add(name);
                });

        // Then
        assertThat(taken)
                .containsExactlyElementsOf(IntStream.range(0, PAGES * ITEMS)
                        .mapToObj(i -> i / ITEMS + "-" + i % ITEMS)
                        .toList());
        assertThat(consumers).containsExactly(Thread.currentThread());
        assertThat(server.requests("GET")).hasSize(PAGES);
    }

    private static void awaited(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IOException("the second page isn't read while the first one is");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_page_that_is_refused_ends_the_list() {
        // Given
        server.on(
                "GET",
                PATH,
                call -> number(call.request().query()) == 2
                        ? call.refuse(410, "Expired", "the token is too old")
                        : call.answer(200, page(number(call.request().query()))));

        // Then
        assertThatThrownBy(() -> ParallelList.each(api, PATH, ParallelListTest::name, taken::add))
                .isInstanceOfSatisfying(
                        ApiServer.Unsuccessful.class,
                        e -> assertThat(e.answer().code()).isEqualTo(410))
                .hasMessage("the token is too old");
        assertThat(taken).hasSize(2 * ITEMS);
    }

    @Test
    void what_no_page_is_is_an_error() {
        server.on("GET", PATH, call -> call.answer(200, "{\"kind\":\"Status\"}"));

        assertThatThrownBy(() -> ParallelList.each(api, PATH, ParallelListTest::name, taken::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the answer is no list");
    }
}
