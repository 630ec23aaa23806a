package io.cpubaseline.operator;

import static io.cpubaseline.operator.JsonFields.each;
import static io.cpubaseline.operator.JsonFields.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.cpubaseline.operator.ApiServer.Unsuccessful;
import io.cpubaseline.operator.WatchedKind.State;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists and watches one kind, again and again, until nobody wants it any more. Used once.
 *
 * @param <V> the view of one object
 */
final class WatchLoop<V> implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(WatchLoop.class);

    /** Objects are stored already: limits that protect against strangers' input would only make one of them block all others. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final int PAGE = 250;

    /**
     * Where everything goes that is read.
     *
     * @param <V> the view of one object
     */
    interface Sink<V> {

        /** Whether anybody still wants it. */
        boolean wanted();

        /** An object is so. */
        void put(V view);

        /** An object is gone. */
        void remove(ObjectName name);

        /** A list is complete: all other objects are gone. */
        void keepOnly(Set<ObjectName> names);

        /** How well the views reflect the API server from now on, and why. */
        void become(State state, String why);
    }

    private final ApiServer api;
    private final String path;
    private final String kind;
    private final ObjectReader<V> reader;
    private final Sink<V> sink;
    private final RunOptions options;
    private final ScheduledExecutorService timer;
    private final Duration idleLimit;
    private final Backoff backoff;
    private final Thread thread;
    private @Nullable ScheduledFuture<?> guard;
    private volatile @Nullable InputStream stream;
    private volatile long lastSign = System.nanoTime();
    private boolean oddObjectReported;
    private boolean troubled;

    /** Whether reading was allowed the last time. */
    private boolean allowed;

    /** Where the watch goes on; null if a list is needed. */
    private @Nullable String version;

    WatchLoop(
            ApiServer api,
            String path,
            ObjectReader<V> reader,
            Sink<V> sink,
            RunOptions options,
            ScheduledExecutorService timer,
            Duration idleLimit) {
        this.api = api;
        this.path = path;
        this.kind = WatchedKind.nameOf(path);
        this.reader = reader;
        this.sink = sink;
        this.options = options;
        this.timer = timer;
        this.idleLimit = idleLimit;
        this.backoff = new Backoff(options.retryInitial(), options.retryMax());
        this.thread = new Thread(this, "watch-" + kind);
    }

    /** Begins, on a thread of its own. */
    void begin() {
        long interval = Math.max(1, idleLimit.toMillis() / 5);
        guard = timer.scheduleWithFixedDelay(this::endIfSilent, interval, interval, TimeUnit.MILLISECONDS);
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends soon: what is read from now on isn't told. */
    void end() {
        if (guard != null) {
            guard.cancel(false);
        }
        thread.interrupt();
        closeStream();
    }

    private void endIfSilent() {
        if (System.nanoTime() - lastSign > idleLimit.toNanos()) {
            closeStream();
        }
    }

    private void closeStream() {
        InputStream open = stream;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.atDebug().addKeyValue("kind", kind).setCause(e).log("Closing a stream failed");
            }
        }
    }

    @Override
    public void run() {
        while (sink.wanted()) {
            try {
                if (version == null) {
                    version = list();
                    allowed = true;
                    sink.become(State.SYNCED, "");
                }
                watch();
            } catch (Unsuccessful e) {
                refused(e);
            } catch (IOException | RuntimeException e) {
                failed(null, ApiServer.reason(e), e);
            }
        }
    }

    private void refused(Unsuccessful e) {
        switch (e.answer().code()) {
            case 404 -> {
                version = null;
                sink.become(State.ABSENT, e.answer().message());
                pause(options.probeInterval());
            }
            case 403 -> {
                version = null;
                // An API server that has just started refuses everybody until it has read its roles: one refusal means
                // nothing.
                if (!allowed) {
                    sink.become(State.FORBIDDEN, e.answer().message());
                }
                allowed = false;
                pause(options.probeInterval());
            }
            case 410 -> {
                version = null;
                failed(null, e.answer().message(), e);
            }
            default -> failed(e.answer().retryAfter(), e.answer().message(), e);
        }
    }

    private void failed(@Nullable Duration asked, String why, Exception cause) {
        if (!sink.wanted()) {
            return;
        }
        Duration delay = backoff.failed(asked);
        troubled |= backoff.failures() == 3;
        (backoff.failures() == 3 ? LOG.atWarn() : LOG.atDebug())
                .addKeyValue("kind", kind)
                .addKeyValue("failures", backoff.failures())
                .addKeyValue("message", why)
                .setCause(LOG.isDebugEnabled() ? cause : null)
                .log("Reading from the API server fails, trying again");
        pause(delay);
    }

    /** Backs off on the loop's own thread; whoever stops the loop interrupts it. */
    private void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            // stopped: the loop sees it
        }
    }

    private InputStream open(String pathAndQuery) throws IOException {
        InputStream opened = api.open(pathAndQuery);
        lastSign = System.nanoTime();
        stream = opened;
        if (!sink.wanted()) {
            opened.close();
        }
        return opened;
    }

    private String list() throws IOException {
        Set<ObjectName> seen = new HashSet<>();
        String[] versionAndContinue = {"", ""};
        do {
            String next =
                    versionAndContinue[1].isEmpty() ? "" : "&continue=" + ApiServer.encoded(versionAndContinue[1]);
            versionAndContinue[1] = "";
            try (InputStream page = open(path + "?limit=" + PAGE + next);
                    JsonParser parser = JSON.createParser(page)) {
                parser.nextToken();
                each(parser, (field, value) -> {
                    switch (field) {
                        case "metadata" ->
                            each(value, (name, text) -> {
                                switch (name) {
                                    case "resourceVersion" -> versionAndContinue[0] = text(text);
                                    case "continue" -> versionAndContinue[1] = text(text);
                                    default -> {}
                                }
                            });
                        case "items" ->
                            JsonFields.eachItem(value, item -> {
                                lastSign = System.nanoTime();
                                @Nullable V view = guarded(item);
                                if (view != null) {
                                    seen.add(reader.nameOf(view));
                                    sink.put(view);
                                }
                            });
                        default -> {}
                    }
                });
            }
        } while (!versionAndContinue[1].isEmpty());
        sink.keepOnly(seen);
        return versionAndContinue[0];
    }

    private void watch() throws IOException {
        // The server ends a watch; the client goes on. At different times for different kinds.
        long seconds = ThreadLocalRandom.current().nextLong(240, 300);
        long opened = System.nanoTime();
        boolean heard = false;
        try (InputStream events = open(path + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds
                + "&resourceVersion=" + version)) {
            if (troubled) {
                troubled = false;
                LOG.atInfo().addKeyValue("kind", kind).log("Reading from the API server works again");
            }
            WatchFrames frames = new WatchFrames(events, JSON);
            while (frames.next()) {
                lastSign = System.nanoTime();
                if (frames.type().equals("ERROR")) {
                    endedByError(frames);
                    return;
                }
                heard = true;
                backoff.succeeded();
                take(frames);
            }
        }
        if (!heard && System.nanoTime() - opened < TimeUnit.SECONDS.toNanos(1)) {
            // Some proxies close at once instead of saying that the version is too old.
            version = null;
            failed(null, "the watch ended at once", new IOException("no event"));
        }
    }

    private void endedByError(WatchFrames frames) {
        if (frames.code() == 410) {
            version = null;
        }
        failed(null, frames.message(), new IOException(frames.message()));
    }

    private void take(WatchFrames frames) throws IOException {
        if (!frames.type().equals("BOOKMARK")) {
            V view = null;
            try {
                view = frames.object(reader);
            } catch (IOException | RuntimeException e) {
                reportOdd(e);
            }
            if (view != null) {
                if (frames.type().equals("DELETED")) {
                    sink.remove(reader.nameOf(view));
                } else {
                    sink.put(view);
                }
            }
        }
        if (!frames.resourceVersion().isEmpty()) {
            version = frames.resourceVersion();
        }
    }

    /** One item of a list; null if it can't be read. In any case the parser then stands at the item's end. */
    private @Nullable V guarded(JsonParser item) throws IOException {
        if (item.currentToken() != JsonToken.START_OBJECT) {
            return null;
        }
        JsonStreamContext inside = item.getParsingContext();
        try {
            return reader.read(item);
        } catch (RuntimeException e) {
            reportOdd(e);
            JsonStreamContext outside = inside.getParent();
            while (item.getParsingContext() != outside && item.nextToken() != null) {
                // on to the end of the item
            }
            return null;
        }
    }

    private void reportOdd(Exception e) {
        (oddObjectReported ? LOG.atDebug() : LOG.atWarn())
                .addKeyValue("kind", kind)
                .setCause(e)
                .log("An object can't be read and is left out");
        oddObjectReported = true;
    }
}
