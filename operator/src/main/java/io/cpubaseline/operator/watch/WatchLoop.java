package io.cpubaseline.operator.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamReadException;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Opening;
import io.cpubaseline.operator.kube.ApiServer.Unsuccessful;
import io.cpubaseline.operator.kube.Backoff;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.watch.WatchedKind.State;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
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
public final class WatchLoop<V> implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(WatchLoop.class);

    /** Objects are stored already: limits that protect against strangers' input would only make one of them block all others. */
    private static final JsonFactory JSON = new SkippingJson(new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build()));

    private static final int PAGE = 250;

    /** A watch that has been open for this part of the idle limit (5 s of 45 s) has worked, whatever ended it. */
    private static final int WORKED = 9;

    /** How much earlier a watch ends than its silence would. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    /** One page of a list may take this long; a page that stalls is ended much earlier. */
    private static final Duration LONGEST_PAGE = Duration.ofMinutes(5);

    private final ApiServer api;
    private final String path;
    private final String kind;
    private final ObjectReader<V> reader;
    private final Sink<V> sink;
    private final RunOptions options;
    private final ScheduledExecutorService timer;
    private final Duration idleLimit;
    private final StreamGuard guard;
    private final Backoff backoff;
    private final Thread thread;
    private boolean oddObjectReported;
    private boolean troubled;

    /** Whether the last try got a whole list. */
    private boolean listed;

    /** Whether the API server is taken not to know the kind. */
    private boolean absent;

    /** Where the watch goes on; null if a list is needed. */
    private @Nullable String version;

    /** The page of a list that was asked for and isn't read yet. */
    private @Nullable Opening following;

    /**
     * Reads from {@link #begin()} on, on a thread of its own. What begins and ends it may be any thread.
     *
     * @param idleLimit how long a stream may be silent
     */
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
        this.guard = new StreamGuard(kind, idleLimit);
        this.backoff = new Backoff(options.retryInitial(), options.longestReadDelay());
        this.thread = new Thread(this, "watch-" + kind);
    }

    /** Begins, on a thread of its own. */
    public void begin() {
        guard.begin(timer);
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends soon: what is read from now on isn't told. */
    public void end() {
        thread.interrupt();
        guard.end();
    }

    /** How long ago something was heard about the kind. */
    public Duration age() {
        return guard.age();
    }

    /** Whether there has been no answer at all for so long that only a new process may get one. */
    public boolean deaf() {
        return guard.deaf();
    }

    @Override
    public void run() {
        while (sink.wanted()) {
            try {
                if (version == null) {
                    version = list();
                    listed = true;
                    sink.become(State.SYNCED, "");
                }
                watch();
            } catch (Unsuccessful e) {
                refused(e);
            } catch (IOException | RuntimeException e) {
                if (ApiServer.isRefusedConnection(e)) {
                    // Nobody listens at this address: a new process would hear no more.
                    guard.answered();
                }
                failed(null, ApiServer.reason(e), e);
            }
        }
    }

    private void refused(Unsuccessful e) {
        guard.answered();
        switch (e.answer().code()) {
            case 404 -> notReadable(State.ABSENT, e.answer().message());
            case 403 -> notReadable(State.FORBIDDEN, e.answer().message());
            case 410 -> {
                version = null;
                failed(null, e.answer().message(), e);
            }
            default -> failed(e.answer().retryAfter(), e.answer().message(), e);
        }
    }

    /**
     * For a moment after its start an API server knows neither its roles nor the kinds that are defined in it: one such answer after a whole list
     * changes nothing.
     */
    private void notReadable(State state, String why) {
        guard.heard();
        version = null;
        if (!listed) {
            absent = state == State.ABSENT;
            sink.become(state, why);
        }
        listed = false;
        pause(options.probeInterval());
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

    private InputStream opened(Opening asked) throws IOException {
        return asked.stream(raw -> {
            guard.opened(raw);
            if (!sink.wanted()) {
                guard.close();
            }
        });
    }

    /** While one page is read, the API server makes the next one: a long list takes the longer of both, not the sum. */
    private String list() throws IOException {
        Set<ObjectName> seen = new HashSet<>();
        askForPage("");
        try {
            ListPage page;
            do {
                page = page(seen);
            } while (!page.next().isEmpty());
            sink.keepOnly(seen);
            return page.resourceVersion();
        } finally {
            if (following != null) {
                following.giveUp();
                following = null;
            }
        }
    }

    private void askForPage(String query) {
        following = api.ask(path + "?limit=" + PAGE + query, LONGEST_PAGE);
    }

    private ListPage page(Set<ObjectName> seen) throws IOException {
        Opening asked = Objects.requireNonNull(following);
        following = null;
        try (InputStream body = opened(asked);
                JsonParser parser = JSON.createParser(body)) {
            if (absent) {
                // There it is: until its list is complete, views that are missing mean nothing.
                absent = false;
                sink.become(State.STARTING, "");
            }
            return ListPage.read(parser, next -> askForPage("&continue=" + ApiServer.encoded(next)), item -> {
                guard.heard();
                @Nullable V view = guarded(item);
                if (view != null) {
                    seen.add(reader.nameOf(view));
                    sink.put(view);
                }
            });
        }
    }

    private void watch() throws IOException {
        long opened = System.nanoTime();
        try {
            watchUntilItEnds(opened);
        } finally {
            if (System.nanoTime() - opened > idleLimit.dividedBy(WORKED).toNanos()) {
                backoff.succeeded();
            }
        }
    }

    private void watchUntilItEnds(long opened) throws IOException {
        boolean heard = false;
        long seconds = lifetime();
        String query = "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds + "&resourceVersion=" + version;
        Duration longest = Duration.ofSeconds(seconds).plus(idleLimit);
        try (InputStream events = opened(api.ask(path + query, longest))) {
            if (troubled) {
                troubled = false;
                LOG.atInfo().addKeyValue("kind", kind).log("Reading from the API server works again");
            }
            WatchFrames frames = new WatchFrames(events, JSON);
            while (frames.next()) {
                guard.heard();
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

    /**
     * After so many seconds the API server is asked to end a watch, and the loop goes on with the next one: at different times for different
     * kinds, but always some seconds before the silence would be taken for a dead connection. Bookmarks are no measure for silence: the API
     * server sends them up to 75 s apart (k8s.io/apiserver 1.36, cacher: a minute, with a jitter of a quarter).
     */
    private long lifetime() {
        long most = Math.max(1, idleLimit.minus(SLACK).toSeconds());
        return ThreadLocalRandom.current().nextLong(Math.max(1, most * 3 / 4), most + 1);
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
            } catch (StreamReadException e) {
                // No JSON: what else is lost can't be known.
                throw e;
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
