package io.cpubaseline.operator;

import static io.cpubaseline.operator.JsonFields.each;
import static io.cpubaseline.operator.JsonFields.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.cpubaseline.operator.ApiServer.Unsuccessful;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Small views of all objects of one kind, kept up to date by a list and a watch. The kind may be missing, appear and disappear, its
 * objects may be odd, and the connection may break: nothing of that ends the watching, it only shows in {@link #state()}.
 *
 * <p>Answers are read as streams: neither an answer nor an object is ever in memory as a whole tree. One thread per kind does that, and
 * calls the listener, while it is started.
 *
 * @param <V> the view of one object
 */
final class WatchedKind<V> {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedKind.class);

    /** Objects are stored already: limits that protect against strangers' input would only make one of them block all others. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** The API server sends a bookmark about once a minute: without one for this long, nobody is there any more. */
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(150);

    private static final int PAGE = 250;

    /** How well the views reflect the API server. */
    enum State {
        /** Not started; no views. */
        STOPPED,
        /** The API server doesn't know this kind; no views. It is looked for now and then. */
        ABSENT,
        /** The first list is under way; views may be missing. */
        STARTING,
        /** The views are those of the API server; after a broken connection, those of before. */
        SYNCED,
        /** Reading isn't allowed; the views are those of before. It is tried again now and then. */
        FORBIDDEN
    }

    /**
     * Learns of changes on the watching thread, so it must be quick.
     *
     * @param <V> the view of one object
     */
    interface Listener<V> {

        /**
         * A view has appeared (nothing before), differs, or is gone (nothing after). The first list is told as a whole, by the state.
         *
         * @param before null if there was none
         * @param after null if there is none any more
         */
        void changed(@Nullable V before, @Nullable V after);

        /** Views count otherwise from now on; afterwards no {@link #changed} comes for those that are gone with their kind. */
        void stateChanged(State state);
    }

    private final ApiServer api;
    private final String path;
    private final String kind;
    private final ObjectReader<V> reader;
    private final Listener<V> listener;
    private final RunOptions options;
    private final ScheduledExecutorService timer;
    private final Duration idleLimit;

    private final Map<ObjectName, V> views = new ConcurrentHashMap<>();
    private volatile @Nullable List<V> listed;
    private volatile State state = State.STOPPED;
    private volatile String message = "";
    private @Nullable Run run;

    /**
     * Watches nothing yet.
     *
     * @param path the collection's path across all namespaces, such as {@code /apis/kubevirt.io/v1/virtualmachines}
     * @param timer looks after silent connections
     */
    WatchedKind(
            ApiServer api,
            String path,
            ObjectReader<V> reader,
            Listener<V> listener,
            RunOptions options,
            ScheduledExecutorService timer) {
        this(api, path, reader, listener, options, timer, IDLE_LIMIT);
    }

    WatchedKind(
            ApiServer api,
            String path,
            ObjectReader<V> reader,
            Listener<V> listener,
            RunOptions options,
            ScheduledExecutorService timer,
            Duration idleLimit) {
        this.api = api;
        this.path = path;
        this.kind = path.substring(path.lastIndexOf('/') + 1);
        this.reader = reader;
        this.listener = listener;
        this.options = options;
        this.timer = timer;
        this.idleLimit = idleLimit;
    }

    /** How well the views reflect the API server. */
    State state() {
        return state;
    }

    /** Whether the first look is over, whatever it found: then the absence of a view means something. */
    boolean settled() {
        return state != State.STARTING && state != State.STOPPED;
    }

    /** Why the state is as it is, in the API server's words; may be empty. */
    String message() {
        return message;
    }

    /** All views, in no order: an unmodifiable copy that later changes don't reach. */
    List<V> list() {
        List<V> known = listed;
        if (known == null) {
            synchronized (this) {
                known = List.copyOf(views.values());
                listed = known;
            }
        }
        return known;
    }

    /** The view of one object, if there is one. */
    Optional<V> get(String namespace, String name) {
        return Optional.ofNullable(views.get(new ObjectName(namespace, name)));
    }

    /** How many views there are. */
    int size() {
        return views.size();
    }

    /** Starts watching, if it isn't started. */
    synchronized void start() {
        if (run == null) {
            run = new Run();
            become(run, State.STARTING, "");
            run.begin();
        }
    }

    /** Stops watching and forgets the views, if it is started. Another start is possible. */
    synchronized void stop() {
        if (run != null) {
            Run stopped = run;
            become(run, State.STOPPED, "");
            forgetAll();
            run = null;
            stopped.end();
        }
    }

    private synchronized void forgetAll() {
        views.clear();
        listed = null;
    }

    private synchronized boolean current(Run run) {
        return this.run == run;
    }

    private synchronized void become(Run of, State next, String why) {
        if (run != of) {
            return;
        }
        message = why;
        if (state == next) {
            return;
        }
        state = next;
        if (next == State.ABSENT) {
            forgetAll();
        }
        log(next)
                .addKeyValue("kind", kind)
                .addKeyValue("state", next)
                .addKeyValue("message", why)
                .log("Watching");
        listener.stateChanged(next);
    }

    private static LoggingEventBuilder log(State state) {
        return switch (state) {
            case FORBIDDEN -> LOG.atWarn();
            case ABSENT, SYNCED -> LOG.atInfo();
            case STARTING, STOPPED -> LOG.atDebug();
        };
    }

    private void put(Run of, V view) {
        ObjectName name = reader.nameOf(view);
        V before;
        synchronized (this) {
            if (run != of) {
                return;
            }
            before = views.get(name);
            if (view.equals(before)) {
                return;
            }
            views.put(name, view);
            listed = null;
        }
        if (state != State.STARTING) {
            listener.changed(before, view);
        }
    }

    private void remove(Run of, ObjectName name) {
        V before;
        synchronized (this) {
            before = run == of ? views.remove(name) : null;
            listed = before == null ? listed : null;
        }
        if (before != null) {
            listener.changed(before, null);
        }
    }

    /** One time between start and stop. Late work of an older one is ignored. */
    private final class Run implements Runnable {

        private final Backoff backoff = new Backoff(options.retryInitial(), options.retryMax());
        private final Thread thread = new Thread(this, "watch-" + kind);
        private @Nullable ScheduledFuture<?> guard;
        private volatile @Nullable InputStream stream;
        private volatile long lastSign = System.nanoTime();
        private boolean oddObjectReported;
        private boolean troubled;

        /** Where the watch goes on; null if a list is needed. */
        private @Nullable String version;

        void begin() {
            long interval = Math.max(1, idleLimit.toMillis() / 5);
            guard = timer.scheduleWithFixedDelay(this::endIfSilent, interval, interval, TimeUnit.MILLISECONDS);
            thread.setDaemon(true);
            thread.start();
        }

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
            while (current(this)) {
                try {
                    if (version == null) {
                        version = list();
                        become(this, State.SYNCED, "");
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
                    become(this, State.ABSENT, e.answer().message());
                    pause(options.probeInterval());
                }
                case 403 -> {
                    version = null;
                    become(this, State.FORBIDDEN, e.answer().message());
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
            if (!current(this)) {
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
            if (!current(this)) {
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
                                        put(this, view);
                                    }
                                });
                            default -> {}
                        }
                    });
                }
            } while (!versionAndContinue[1].isEmpty());
            for (ObjectName name : views.keySet()) {
                if (!seen.contains(name)) {
                    remove(this, name);
                }
            }
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
                        remove(this, reader.nameOf(view));
                    } else {
                        put(this, view);
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
}
