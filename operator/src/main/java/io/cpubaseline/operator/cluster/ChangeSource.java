package io.cpubaseline.operator.cluster;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Wakes baselines when something else than their own object has changed: many changes in a moment wake each of them once. */
public final class ChangeSource extends AbstractEventSource<Void, ClusterCpuBaseline> {

    private static final Duration MOMENT = Duration.ofMillis(50);

    private final ScheduledExecutorService timer;
    private final Supplier<? extends Collection<String>> baselines;
    private final Set<String> names = new HashSet<>();
    private volatile Consumer<String> comingAndGoing = baseline -> {};

    /** By name, the UID of the baseline that was last looked at. */
    private final Map<String, String> lookedAt = new ConcurrentHashMap<>();

    private boolean all;
    private boolean scheduled;
    private volatile Supplier<? extends Collection<String>> reconciled = Set::of;

    /**
     * Wakes baselines while it is started as an event source. Safe for use by several threads.
     *
     * @param timer wakes them, after a moment
     * @param baselines names of all baselines that there are
     */
    public ChangeSource(ScheduledExecutorService timer, Supplier<? extends Collection<String>> baselines) {
        super(Void.class, "changes");
        this.timer = timer;
        this.baselines = baselines;
    }

    /** Whether there is a baseline of that name. */
    public boolean exists(String baseline) {
        return baselines.get().contains(baseline);
    }

    /** The names of all baselines that there are. */
    public Collection<String> all() {
        return baselines.get();
    }

    /** A baseline has come or gone: what it holds or has left behind may be another one's now. */
    public void cameOrWent(String baseline) {
        comingAndGoing.accept(baseline);
    }

    /** From now on this one learns which baselines come and go, and no other. Called by the thread that watches them. */
    public void whenOneComesOrGoes(Consumer<String> listener) {
        comingAndGoing = listener;
    }

    /** Something has changed that may concern every baseline. */
    public synchronized void wakeAll() {
        all = true;
        schedule();
    }

    /** Something has changed that concerns this baseline. */
    public synchronized void wake(String baseline) {
        names.add(baseline);
        schedule();
    }

    /**
     * From now on these are woken with all others: the framework's watch may show a new baseline earlier than the operator's own.
     *
     * @param reconciled the names of the baselines that are reconciled
     */
    public void reconciling(Supplier<? extends Collection<String>> reconciled) {
        this.reconciled = reconciled;
        lookedAt.clear();
    }

    /** A baseline is being looked at. */
    public void looksAt(String baseline, String uid) {
        lookedAt.put(baseline, uid);
    }

    /** A baseline is gone, and has been looked at for the last time. */
    public void looksNoMoreAt(String baseline) {
        lookedAt.put(baseline, "");
    }

    /** No baseline of this name has been there for a while. */
    public void forgets(String baseline) {
        lookedAt.remove(baseline, "");
    }

    /** Whether a baseline hasn't been looked at, though its name is one that the controller knew before. */
    public boolean isPassedOver(String baseline, String uid) {
        String last = lookedAt.get(baseline);
        return last != null && !last.equals(uid);
    }

    @Override
    public Set<Void> getSecondaryResources(ClusterCpuBaseline primary) {
        return Set.of();
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            try {
                var unused = timer.schedule(this::flush, MOMENT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // the process is ending
                scheduled = false;
            }
        }
    }

    private void flush() {
        Set<String> woken;
        boolean everybody;
        synchronized (this) {
            woken = new HashSet<>(names);
            everybody = all;
            names.clear();
            all = false;
            scheduled = false;
        }
        if (everybody) {
            woken.addAll(baselines.get());
            woken.addAll(reconciled.get());
        }
        // Whoever starts later looks at everything anyway.
        if (isRunning()) {
            woken.forEach(name -> getEventHandler().handleEvent(new Event(new ResourceID(name))));
        }
    }
}
