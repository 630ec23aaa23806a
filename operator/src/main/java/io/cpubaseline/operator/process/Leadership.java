package io.cpubaseline.operator.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.options.RunOptions;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the Lease that only one operator of an installation can hold. Time is measured here, never read from the Lease: a clock that runs
 * wrong, here or there, can delay a change of leaders but not give two.
 *
 * <p>Unlike client libraries' electors it goes on whatever goes wrong, and never ends the process by itself.
 */
final class Leadership {

    /** One name for every installation: two of them in one namespace take turns. */
    static final String LEASE = "cpu-baseline";

    /** How often giving the Lease up is tried. */
    private static final int RELEASES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Learns of the two moments that matter, on the timer's thread. */
    interface Listener {

        /** From now on, until it is lost. */
        void gained();

        /** Another may lead from now on, or very soon: stop acting at once. There is no second chance. */
        void lost();
    }

    private final ApiServer api;
    private final RunOptions options;
    private final Listener listener;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final String collection;

    private @Nullable ScheduledFuture<?> loop;
    private volatile boolean leading;
    private volatile boolean ended;
    private volatile String holder = "";
    private volatile long lastTry;
    private volatile long renewed;
    private boolean failing;
    private String seenVersion = "";
    private long seenSince;

    /**
     * Looks for the Lease from {@link #start()} on. Any thread may ask whether it is held; only the timer's thread changes that, until the release.
     *
     * @param timer a thread of its own: requests block it. The caller ends it
     */
    Leadership(ApiServer api, RunOptions options, Listener listener, ScheduledExecutorService timer) {
        this(api, options, listener, timer, Clock.systemUTC(), System::nanoTime);
    }

    Leadership(
            ApiServer api,
            RunOptions options,
            Listener listener,
            ScheduledExecutorService timer,
            Clock clock,
            LongSupplier nanoTime) {
        this.api = api;
        this.options = options;
        this.listener = listener;
        this.timer = timer;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.collection = "/apis/coordination.k8s.io/v1/namespaces/%s/leases".formatted(options.leaseNamespace());
        this.lastTry = nanoTime.getAsLong();
    }

    /** How long a request about the Lease may take, so that several fit into the time that it is held. */
    static Duration requestTimeout(Duration leaseDuration) {
        return leaseDuration.dividedBy(10);
    }

    /**
     * Whether this process may act now. A process that was stopped for a while (SIGSTOP, a machine without CPU time) may not, from its first
     * moment on: it is the time since the last renewal that counts, not whether anybody has noticed that it is over.
     */
    boolean leading() {
        return leading && (!options.leaderElection() || !expired());
    }

    /** Two thirds of the Lease's time: another one waits for all of it, from a later moment. */
    private boolean expired() {
        return nanoTime.getAsLong() - renewed
                > options.leaseDuration().multipliedBy(2).dividedBy(3).toNanos();
    }

    /** Who holds the Lease, as far as this process has seen; may be empty. */
    String holder() {
        return holder;
    }

    /** Whether the search for the Lease, or its renewal, goes on. */
    boolean alive() {
        return !options.leaderElection()
                || ended
                || nanoTime.getAsLong() - lastTry
                        < options.leaseDuration().multipliedBy(3).toNanos();
    }

    /** Begins to look for the Lease, ten times within the time that it is held; without leader election it is as if it were held. */
    void start() {
        if (options.leaderElection()) {
            long interval = Math.max(1, options.leaseDuration().toMillis() / 10);
            loop = timer.scheduleWithFixedDelay(this::turn, 0, interval, TimeUnit.MILLISECONDS);
        } else {
            timer.execute(this::gain);
        }
    }

    /**
     * Gives the Lease up, so that another can take it at once. The caller has stopped acting before.
     *
     * @return whether nobody holds the Lease now, or another does; otherwise it runs out by itself
     */
    boolean release() {
        ended = true;
        if (loop != null) {
            loop.cancel(false);
        }
        if (!leading || !options.leaderElection()) {
            return true;
        }
        leading = false;
        try {
            // After a renewal that is under way: its answer would change the Lease that is to be given up.
            return timer.submit(this::giveUp).get(options.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            LOG.atInfo()
                    .addKeyValue("message", ApiServer.reason(e))
                    .log("The Lease can't be released; it runs out by itself");
        }
        return false;
    }

    private boolean giveUp() throws IOException {
        String refusal = "";
        for (int tries = 0; tries < RELEASES; tries++) {
            Answer lease = ApiServer.await(api.get(collection + "/" + LEASE));
            if (lease.code() == 404
                    || lease.succeeded() && !holderOf(lease.body()).equals(options.identity())) {
                return true;
            }
            Answer answer = !lease.succeeded()
                    ? lease
                    : ApiServer.await(api.replace(collection + "/" + LEASE, Json.text(held(lease.body(), ""))));
            if (answer.succeeded()) {
                LOG.atInfo().log("Leadership is given up");
                return true;
            }
            refusal = answer.message();
        }
        throw new IOException(refusal);
    }

    private void turn() {
        if (ended) {
            return;
        }
        lastTry = nanoTime.getAsLong();
        try {
            boolean held = hold();
            failing = false;
            if (held) {
                renewed = lastTry;
                if (!leading) {
                    gain();
                }
                return;
            }
        } catch (IOException | RuntimeException e) {
            (failing ? LOG.atDebug() : LOG.atWarn())
                    .addKeyValue("message", ApiServer.reason(e))
                    .log("The Lease can't be read or written, trying on");
            failing = true;
        }
        if (leading && !ended && (expired() || !holder.equals(options.identity()))) {
            leading = false;
            ended = true;
            LOG.atError().addKeyValue("holder", holder).log("Leadership is lost");
            listener.lost();
        }
    }

    private void gain() {
        leading = true;
        LOG.atInfo().addKeyValue("identity", options.identity()).log("Leading");
        listener.gained();
    }

    /** Takes or renews the Lease; false if another holds it or was faster. */
    private boolean hold() throws IOException {
        Answer lease = ApiServer.await(api.get(collection + "/" + LEASE));
        if (lease.code() == 404) {
            return written(ApiServer.await(api.create(collection, Json.text(held(null, options.identity())))));
        }
        if (!lease.succeeded()) {
            throw new IOException(lease.message());
        }
        String version = lease.body().path("metadata").path("resourceVersion").asText();
        if (!version.equals(seenVersion)) {
            seenVersion = version;
            seenSince = nanoTime.getAsLong();
        }
        sawHolder(holderOf(lease.body()));
        Duration term = Duration.ofSeconds(Math.max(
                1, lease.body().path("spec").path("leaseDurationSeconds").asLong(1)));
        boolean taken = !holder.isEmpty() && !holder.equals(options.identity());
        if (taken && nanoTime.getAsLong() - seenSince < term.toNanos()) {
            return false;
        }
        return written(ApiServer.await(
                api.replace(collection + "/" + LEASE, Json.text(held(lease.body(), options.identity())))));
    }

    private boolean written(Answer answer) throws IOException {
        if (answer.code() == 409) {
            return false;
        }
        if (!answer.succeeded()) {
            throw new IOException(answer.message());
        }
        sawHolder(options.identity());
        return true;
    }

    private void sawHolder(String name) {
        if (!name.equals(holder) && !name.equals(options.identity()) && !name.isEmpty()) {
            LOG.atInfo().addKeyValue("holder", name).log("Another operator leads; standing by");
        }
        holder = name;
    }

    private static String holderOf(JsonNode lease) {
        return lease.path("spec").path("holderIdentity").asText("");
    }

    /** The Lease in the hands of this holder; nobody's if that is empty. */
    private ObjectNode held(@Nullable JsonNode before, String by) {
        ObjectNode lease = before instanceof ObjectNode known ? known.deepCopy() : Json.MAPPER.createObjectNode();
        lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        lease.withObject("/metadata").put("name", LEASE).put("namespace", options.leaseNamespace());
        ObjectNode spec = lease.withObject("/spec");
        String now = MICRO_TIME.format(clock.instant());
        if (!by.equals(holderOf(lease))) {
            spec.put("leaseTransitions", spec.path("leaseTransitions").asInt() + (by.isEmpty() ? 0 : 1));
            spec.put("acquireTime", now);
        }
        spec.put("holderIdentity", by);
        spec.put("leaseDurationSeconds", Math.max(1, options.leaseDuration().toSeconds()));
        spec.put("renewTime", now);
        return lease;
    }
}
