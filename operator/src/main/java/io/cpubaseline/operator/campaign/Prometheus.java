package io.cpubaseline.operator.campaign;

import io.cpubaseline.campaign.Alerts;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.options.PrometheusOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks Prometheus, or what has its API, which alerts fire: {@code GET /api/v1/alerts}. An answer counts for a while, for all campaigns. Whatever goes
 * wrong, the alerts are unknown, and the words say where and what to do. Used by one thread.
 */
final class Prometheus {

    private static final String PATH = "/api/v1/alerts";
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final PrometheusOptions options;
    private final PrometheusClient client;
    private final Duration counts;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private @Nullable Alerts last;
    private long answered;

    /**
     * Asks nothing yet.
     *
     * @param counts how long an answer counts
     * @param timeout within which the whole answer has to come
     */
    Prometheus(PrometheusOptions options, Duration counts, Duration timeout, LongSupplier nanoTime) {
        this.options = options;
        this.client = new PrometheusClient(options.authorities());
        this.counts = counts;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    /** The alerts as they are, or were a moment ago. */
    Alerts alerts() {
        Alerts known = last;
        if (known == null || nanoTime.getAsLong() - answered >= counts.toNanos()) {
            known = asked();
            last = known;
            answered = nanoTime.getAsLong();
        }
        return known;
    }

    private Alerts asked() {
        Optional<URI> url = options.url();
        if (url.isEmpty()) {
            return new Alerts.Unknown("The operator has not been told where Prometheus is: set the chart's"
                    + " restartCampaigns.prometheusUrl, or take spec.blockers.alerts away.");
        }
        URI question = URI.create(url.get().toString().replaceFirst("/+$", "") + PATH);
        try {
            return new Alerts.Firing(firing(question));
        } catch (IOException e) {
            return new Alerts.Unknown("%s: %s. Check that, and the chart's restartCampaigns.prometheusUrl."
                    .formatted(question, ApiServer.reason(e)));
        }
    }

    private Set<String> firing(URI question) throws IOException {
        long begun = System.nanoTime();
        HttpResponse<InputStream> response = response(request(question));
        try (InputStream body = response.body()) {
            if (response.statusCode() != OK) {
                throw new IOException(refusal(response.statusCode()));
            }
            Duration left = timeout.minusNanos(System.nanoTime() - begun);
            Future<?> end = CompletableFuture.runAsync(
                    () -> close(body), CompletableFuture.delayedExecutor(left.toNanos(), TimeUnit.NANOSECONDS));
            try {
                return AlertsAnswer.read(body);
            } catch (IOException e) {
                throw System.nanoTime() - begun < timeout.toNanos() ? e : late();
            } finally {
                end.cancel(false);
            }
        }
    }

    private HttpRequest request(URI question) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(question).header("Accept", "application/json");
        Optional<Path> token = options.token();
        if (token.isPresent()) {
            request.header("Authorization", "Bearer " + token(token.get()));
        }
        return request.build();
    }

    /** The kubelet replaces it now and then. */
    private static String token(Path file) throws IOException {
        String token = PrometheusClient.read(file).strip();
        if (!token.matches("[!-~]+")) {
            throw new IOException("the file %s holds no token".formatted(file));
        }
        return token;
    }

    private HttpResponse<InputStream> response(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> response =
                client.current().sendAsync(request, BodyHandlers.ofInputStream());
        try {
            return response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            response.cancel(true);
            throw late();
        } catch (InterruptedException e) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw new IOException(
                    ApiServer.isRefusedConnection(e)
                            ? "nobody listens there, or its name is not known"
                            : ApiServer.reason(e));
        }
    }

    private IOException late() {
        return new IOException("no whole answer within %d s".formatted(timeout.toSeconds()));
    }

    private static String refusal(int code) {
        return switch (code) {
            case UNAUTHORIZED -> "it answered 401: it wants a token, or another one";
            case FORBIDDEN -> "it answered 403: the token's owner may not read alerts";
            default -> "it answered %d".formatted(code);
        };
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // nobody reads it any more
        }
    }
}
