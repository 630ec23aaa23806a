package io.cpubaseline.operator.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Plain requests to the Kubernetes API server, with the client's connection and credentials, but without its object model, its tree of
 * every answer and its hidden repetitions: a request is sent once, and whoever sends it decides what a failure means.
 */
public final class ApiServer {

    /** The media type of server-side apply; JSON is YAML. */
    private static final String APPLY = "application/apply-patch+yaml";

    private static final String METADATA =
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    /** How much of a compressed answer is read at a time. */
    private static final int COMPRESSED = 16 * 1024;

    /** How much of an error's body is read: more than any Status has. */
    private static final int LONGEST_ERROR = 1 << 20;

    private final HttpClient http;
    private final String address;
    private final Duration timeout;
    private final WriteGate gate;
    private final ServerTime time = new ServerTime(Clock.systemUTC(), System::nanoTime);

    /**
     * Requests through this client.
     *
     * @param timeout how long one request may take until it is answered
     */
    public ApiServer(KubernetesClient client, Duration timeout) {
        this(client, timeout, new WriteGate(() -> true));
    }

    /**
     * The same, where every apply has to pass a gate.
     *
     * @param timeout how long one request may take until it is answered
     */
    public ApiServer(KubernetesClient client, Duration timeout, WriteGate gate) {
        this.http = client.getHttpClient()
                .newBuilder()
                .tag(new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
                        .build())
                .build();
        String master = client.getMasterUrl().toString();
        this.address = master.endsWith("/") ? master.substring(0, master.length() - 1) : master;
        this.timeout = timeout;
        this.gate = gate;
    }

    /** The time by the API server's clock, as far as it has answered. */
    public InstantSource time() {
        return time;
    }

    /**
     * An answer, whatever its code.
     *
     * @param code the HTTP status code
     * @param retryAfter the header Retry-After; null if absent
     * @param body the JSON of the answer; a missing node if it has none
     */
    public record Answer(int code, @Nullable Duration retryAfter, JsonNode body) {

        public boolean succeeded() {
            return code >= 200 && code < 300;
        }

        /** The message of a Status, or what can be said without one. */
        public String message() {
            String message = body.path("message").asText();
            return message.isEmpty() ? "the API server answered " + code : message;
        }
    }

    /** Thrown for an answer that isn't a success, where a stream was asked for. */
    public static final class Unsuccessful extends IOException {

        private static final long serialVersionUID = 1;

        private final transient Answer answer;

        private Unsuccessful(Answer answer) {
            super(answer.message());
            this.answer = answer;
        }

        public Answer answer() {
            return answer;
        }
    }

    /**
     * Server-side apply, as long as this process may act.
     *
     * @param path of the object, or of its subresource
     * @param fieldManager who owns the fields in the body from now on, and no other fields
     * @param force whether to take fields from other managers
     * @param body the object as JSON, with the owned fields only
     * @return the answer, of whose object only the metadata comes back; fails with an {@link IOException} if there is none
     */
    public CompletableFuture<Answer> apply(String path, String fieldManager, boolean force, String body) {
        String query = "?fieldManager=" + encoded(fieldManager) + "&force=" + force;
        return sendGated("PATCH", path + query, APPLY, body);
    }

    /**
     * Merges a part into an object.
     *
     * @param fieldManager who owns what is changed
     * @param body the part as JSON; lists in it replace those of the object
     * @return the answer, of whose object only the metadata comes back; fails with an {@link IOException} if there is none
     */
    public CompletableFuture<Answer> merge(String path, String fieldManager, String body) {
        return send(http.newHttpRequestBuilder()
                .uri(address + path + "?fieldManager=" + encoded(fieldManager))
                .header("Accept", METADATA)
                .method("PATCH", "application/merge-patch+json", body));
    }

    /**
     * Changes an object by a JSON patch (RFC 6902), as long as this process may act.
     *
     * @param fieldManager who owns what is changed
     * @param body the operations as JSON
     * @return the answer, of whose object only the metadata comes back; fails with an {@link IOException} if there is none
     */
    public CompletableFuture<Answer> patch(String path, String fieldManager, String body) {
        return sendGated("PATCH", path + "?fieldManager=" + encoded(fieldManager), "application/json-patch+json", body);
    }

    /**
     * Creates an object.
     *
     * @param path of the collection
     * @param body the object as JSON
     * @return the answer; fails with an {@link IOException} if there is none
     */
    public CompletableFuture<Answer> create(String path, String body) {
        return send(http.newHttpRequestBuilder().uri(address + path).method("POST", "application/json", body));
    }

    /**
     * Deletes an object, as long as this process may act.
     *
     * @return the answer; fails with an {@link IOException} if there is none
     */
    public CompletableFuture<Answer> delete(String path) {
        return sendGated("DELETE", path, "application/json", "{}");
    }

    /**
     * Asks for an action by a subresource, as long as this process may act.
     *
     * @param path of the subresource
     * @param body its options as JSON
     * @return the answer; fails with an {@link IOException} if there is none
     */
    public CompletableFuture<Answer> act(String path, String body) {
        // KubeVirt's routes for this say nothing of what they produce: to whoever asks for JSON alone they answer 406
        // (1.8.4: api.go; seen).
        return sendGated("PUT", path, "application/json", body, "application/json, */*");
    }

    /** Reads an object; fails with an {@link IOException} if there is no answer. */
    public CompletableFuture<Answer> get(String path) {
        return send(http.newHttpRequestBuilder().uri(address + path));
    }

    /**
     * Replaces an object.
     *
     * @param body the whole object as JSON, with the version that it replaces
     * @return the answer; fails with an {@link IOException} if there is none
     */
    public CompletableFuture<Answer> replace(String path, String body) {
        return send(http.newHttpRequestBuilder().uri(address + path).method("PUT", "application/json", body));
    }

    /**
     * Asks for an answer as a stream, without waiting for it: whoever knows what it will read next saves the API server's time for it.
     *
     * @param lifetime no stream is open for longer. It is more than the caller needs: up to Java 25 it bounds the wait for the answer's
     *     begin, from Java 26 the whole body (JDK-8208693)
     */
    public Opening ask(String pathAndQuery, Duration lifetime) {
        // The API server compresses lists to a twentieth, which saves decryption as well; watches and small answers it
        // sends as they are.
        HttpRequest.Builder request = http.newHttpRequestBuilder()
                .uri(address + pathAndQuery)
                .timeout(lifetime.toMillis(), TimeUnit.MILLISECONDS)
                .header("Accept-Encoding", "gzip");
        return new Opening(request.build());
    }

    /** An answer that was asked for. Either its stream is taken, once, or it is given up. */
    public final class Opening {

        private final CompletableFuture<HttpResponse<AsyncBody>> asked;
        private volatile @Nullable BodyStream stream;

        private Opening(HttpRequest request) {
            // Nothing of the body comes before the stream asks for it.
            asked = http.consumeBytes(
                    request, (buffers, body) -> Objects.requireNonNull(stream).arrived(buffers));
            var unused = asked.thenAccept(response -> time.answered(response.header("Date")));
        }

        /**
         * Opens the answer, which the caller has to close. That it begins is waited for as long as one request may take; how long it may then be
         * silent is for the caller to watch.
         *
         * @param opened is given the body before any of it is read: closing that from another thread ends a blocked read
         * @throws Unsuccessful if the answer isn't a success
         * @throws IOException if there is no answer
         */
        public InputStream stream(Consumer<InputStream> opened) throws IOException {
            HttpResponse<AsyncBody> response = opened(asked);
            BodyStream raw = new BodyStream(response.body());
            stream = raw;
            if (response.isSuccessful()) {
                opened.accept(raw);
                return decoded(response, raw);
            }
            // An error's body is small and comes at once, or not at all.
            Future<?> end = CompletableFuture.runAsync(
                    () -> close(raw), CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS));
            try (InputStream body = decoded(response, raw)) {
                throw new Unsuccessful(answer(response, body.readNBytes(LONGEST_ERROR)));
            } finally {
                end.cancel(false);
            }
        }

        /** Nobody wants the answer any more, whether it is here or not. */
        public void giveUp() {
            var unused = asked.thenAccept(response -> response.body().cancel());
        }
    }

    private static InputStream decoded(HttpResponse<?> response, InputStream raw) throws IOException {
        if (!"gzip".equals(response.header("Content-Encoding"))) {
            return raw;
        }
        try {
            return new GZIPInputStream(raw, COMPRESSED);
        } catch (IOException e) {
            close(raw);
            throw e;
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // it is given up
        }
    }

    /**
     * Waits for an answer.
     *
     * @throws IOException if there is none
     */
    public static Answer await(CompletableFuture<Answer> answer) throws IOException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw new IOException(reason(e), e);
        }
    }

    /** A text as a part of a path or query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private CompletableFuture<Answer> sendGated(
            String method, String pathAndQuery, String contentType, String content) {
        return sendGated(method, pathAndQuery, contentType, content, METADATA);
    }

    private CompletableFuture<Answer> sendGated(
            String method, String pathAndQuery, String contentType, String content, String accepted) {
        GatedBody body = gate.body(content);
        return gate.pass(() -> send(http.newHttpRequestBuilder()
                .uri(address + pathAndQuery)
                .header("Accept", accepted)
                .method(method, contentType, body, body.length())));
    }

    /** The whole answer, within twice the time-out of a request: one more may be needed for new credentials. */
    private CompletableFuture<Answer> send(HttpRequest.Builder request) {
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<AsyncBody>> head = http.consumeBytes(
                request.timeout(timeout.toMillis(), TimeUnit.MILLISECONDS).build(), (buffers, body) -> {
                    for (ByteBuffer buffer : buffers) {
                        byte[] bytes = new byte[buffer.remaining()];
                        buffer.get(bytes);
                        collected.writeBytes(bytes);
                    }
                    body.consume();
                });
        CompletableFuture<Answer> answer = head.thenCompose(response -> {
            response.body().consume();
            return response.body().done().thenApply(whole -> answer(response, collected.toByteArray()));
        });
        return answer.orTimeout(2 * timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((whole, failure) -> {
                    if (failure != null) {
                        // Half of an answer may be here: without this its connection would stay open for the rest.
                        var unused = head.thenAccept(response -> response.body().cancel());
                    }
                })
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(addressed(failure)));
    }

    /** The JDK says of a connection that it was refused, and not by whom. */
    private Throwable addressed(Throwable failure) {
        if (!isRefusedConnection(failure)) {
            return failure;
        }
        ConnectException addressed = new ConnectException("no connection to " + address);
        addressed.initCause(failure);
        return addressed;
    }

    private <T> T opened(CompletableFuture<T> future) throws IOException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new SocketTimeoutException("no answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable failure = addressed(e);
            throw new IOException(reason(failure), failure);
        }
    }

    /**
     * Whether a request has failed because nobody listens at the API server's address. A connection that is not made in time is something else:
     * whoever accepts it may never answer (the JDK's time-out for connections includes the TLS handshake, and is caused by a {@link
     * ConnectException} as well).
     */
    public static boolean isRefusedConnection(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpTimeoutException) {
                return false;
            }
            if (cause instanceof ConnectException) {
                return true;
            }
        }
        return false;
    }

    /** What went wrong, in a few words, without the wrappers that say nothing. */
    public static String reason(Throwable failure) {
        Throwable telling = failure;
        while (telling.getCause() != null
                && (telling instanceof ExecutionException
                        || telling instanceof CompletionException
                        || telling.getClass() == IOException.class)) {
            telling = telling.getCause();
        }
        String kind = telling.getClass().getSimpleName();
        String message = telling.getMessage();
        return message == null ? kind : telling.getClass() == IOException.class ? message : kind + ": " + message;
    }

    private Answer answer(HttpResponse<?> response, byte @Nullable [] body) {
        time.answered(response.header("Date"));
        return new Answer(response.code(), retryAfter(response.header("Retry-After")), json(body));
    }

    /** Kubernetes sends whole seconds. */
    private static @Nullable Duration retryAfter(@Nullable String seconds) {
        try {
            return seconds == null ? null : Duration.ofSeconds(Math.max(0, Integer.parseInt(seconds.trim())));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Proxies and missing paths answer with text. */
    private static JsonNode json(byte @Nullable [] body) {
        try {
            JsonNode node = body == null || body.length == 0 ? null : Json.MAPPER.readTree(body);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
