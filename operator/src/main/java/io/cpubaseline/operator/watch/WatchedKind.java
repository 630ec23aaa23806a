package io.cpubaseline.operator.watch;

import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.options.RunOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Small views of all objects of one kind, kept up to date by a list and a watch. The kind may be missing, appear and disappear, its
 * objects may be odd, and the connection may break: {@link #state()} shows it, and watching goes on.
 *
 * <p>Answers are read as streams: neither an answer nor an object is ever in memory as a whole tree. One thread per kind does that, and
 * calls the listener, while it is started.
 *
 * @param <V> the view of one object
 */
public final class WatchedKind<V> implements Views<V> {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedKind.class);

    /** How well the views reflect the API server. */
    public enum State {
        /** Not started; no views. */
        STOPPED,
        /** The API server doesn't know this kind; no views. It is looked for now and then. */
        ABSENT,
        /** The first list is under way; views may be missing. */
        STARTING,
        /** The views are those of the API server; after a broken connection, those of before. */
        SYNCED,
        /** Reading isn't allowed; the views are those of before. It is tried again after growing delays. */
        FORBIDDEN
    }

    /**
     * Learns of changes on the watching thread, so it must be quick.
     *
     * @param <V> the view of one object
     */
    public interface Listener<V> {

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
    private final ObjectReader<V> reader;
    private final Listener<V> listener;
    private final RunOptions options;
    private final ScheduledExecutorService timer;
    private final Duration idleLimit;

    private final Map<ObjectName, V> views = new ConcurrentHashMap<>();
    private volatile @Nullable List<V> listed;
    private volatile State state = State.STOPPED;
    private volatile String message = "";
    private @Nullable Intake intake;

    /**
     * A kind that is not watched before {@link #start()}. Safe for use by several threads; views are immutable.
     *
     * @param path the collection's path across all namespaces, such as {@code /apis/kubevirt.io/v1/virtualmachines}
     * @param timer looks after silent connections
     */
    public WatchedKind(
            ApiServer api,
            String path,
            ObjectReader<V> reader,
            Listener<V> listener,
            RunOptions options,
            ScheduledExecutorService timer) {
        this(api, path, reader, listener, options, timer, options.watchIdleLimit());
    }

    public WatchedKind(
            ApiServer api,
            String path,
            ObjectReader<V> reader,
            Listener<V> listener,
            RunOptions options,
            ScheduledExecutorService timer,
            Duration idleLimit) {
        this.api = api;
        this.path = path;
        this.reader = reader;
        this.listener = listener;
        this.options = options;
        this.timer = timer;
        this.idleLimit = idleLimit;
    }

    @Override
    public State state() {
        return state;
    }

    /** Whether the first look is over, whatever it found: then the absence of a view means something. */
    public boolean settled() {
        return state != State.STARTING && state != State.STOPPED;
    }

    /**
     * Whether decisions can be made by what is known: the first look is over, and views are not older than two idle limits. Where the API server
     * answers about other kinds only, or writes and no more, the views of this one say what was, and what is written by them may be wrong.
     */
    public boolean current() {
        return settled() && (state != State.SYNCED || age().filter(this::isOld).isEmpty());
    }

    private boolean isOld(Duration age) {
        return age.compareTo(idleLimit.multipliedBy(2)) > 0;
    }

    /** Why the state is as it is, in the API server's words; may be empty. */
    public String message() {
        return message;
    }

    @Override
    public List<V> list() {
        List<V> known = listed;
        if (known == null) {
            synchronized (this) {
                known = List.copyOf(views.values());
                listed = known;
            }
        }
        return known;
    }

    @Override
    public Optional<V> get(String namespace, String name) {
        return Optional.ofNullable(views.get(new ObjectName(namespace, name)));
    }

    /** How many views there are. */
    public int size() {
        return views.size();
    }

    /** The kind's name in the plural, such as {@code virtualmachines}. */
    public String name() {
        return nameOf(path);
    }

    /** How long ago the API server was heard about this kind; nothing if it isn't watched. */
    public synchronized Optional<Duration> age() {
        return Optional.ofNullable(intake).map(current -> current.loop.age());
    }

    /**
     * Whether it is watched, but the API server has not answered for three times as long as a stream may be silent. A refused connection
     * counts as an answer, since a restart would not help.
     */
    public synchronized boolean deaf() {
        return intake != null && intake.loop.deaf();
    }

    /** Starts watching, if it isn't started. */
    public synchronized void start() {
        if (intake == null) {
            Intake starting = new Intake();
            intake = starting;
            starting.become(State.STARTING, "");
            starting.loop.begin();
        }
    }

    /** Stops watching and forgets the views, if it is started. Another start is possible. */
    public synchronized void stop() {
        if (intake != null) {
            Intake stopping = intake;
            stopping.become(State.STOPPED, "");
            forgetAll();
            intake = null;
            stopping.loop.end();
        }
    }

    private synchronized void forgetAll() {
        views.clear();
        listed = null;
    }

    private static LoggingEventBuilder log(State state) {
        return switch (state) {
            case FORBIDDEN -> LOG.atWarn();
            case ABSENT, SYNCED -> LOG.atInfo();
            case STARTING, STOPPED -> LOG.atDebug();
        };
    }

    /** The kind's name in the plural, the last part of its path. */
    static String nameOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** What comes in between a start and a stop. Late work of an older one is ignored. */
    private final class Intake implements Sink<V> {

        private final WatchLoop<V> loop = new WatchLoop<>(api, path, reader, this, options, timer, idleLimit);

        @Override
        public boolean wanted() {
            synchronized (WatchedKind.this) {
                return intake == this;
            }
        }

        @Override
        public void become(State next, String why) {
            synchronized (WatchedKind.this) {
                if (intake != this) {
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
                        .addKeyValue("kind", nameOf(path))
                        .addKeyValue("state", next)
                        .addKeyValue("message", why)
                        .log("Watching");
                listener.stateChanged(next);
            }
        }

        @Override
        public void put(V view) {
            ObjectName name = reader.nameOf(view);
            V before;
            synchronized (WatchedKind.this) {
                if (intake != this) {
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

        @Override
        public void remove(ObjectName name) {
            V before;
            synchronized (WatchedKind.this) {
                before = intake == this ? views.remove(name) : null;
                listed = before == null ? listed : null;
            }
            if (before != null) {
                listener.changed(before, null);
            }
        }

        @Override
        public void keepOnly(Set<ObjectName> names) {
            for (ObjectName name : views.keySet()) {
                if (!names.contains(name)) {
                    remove(name);
                }
            }
        }
    }
}
