package io.cpubaseline.operator;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.Alignment;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the selected virtual machines to the pinned baseline: decides each by its snapshot, writes a bounded number at a time, and
 * remembers what the API server answered, so that nothing is repeated before something changed or a growing delay is over.
 */
final class VirtualMachineAligner {

    private static final int WRITES_AT_A_TIME = 16;
    private static final Duration LOSS_WINDOW = Duration.ofHours(1);
    private static final int LOSSES_UNTIL_CONTENDED = 3;

    private final Writes writes;
    private final Notices notices;
    private final Consumer<String> changed;
    private final Clock clock;
    private final Duration retryInitial;
    private final Duration retryMax;

    private final Map<String, Map<String, Entry>> entries = new HashMap<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int inFlight;
    private boolean closed;

    /** The writes to virtual machines. */
    interface Writes {

        /** Applies model and features. */
        CompletableFuture<WriteOutcome> apply(VirtualMachineSnapshot vm, Target target);

        /** Gives both fields up. */
        CompletableFuture<WriteOutcome> release(VirtualMachineSnapshot vm, Target target);
    }

    /** Who is told of trouble with a virtual machine, once per occurrence. */
    interface Notices {
        void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message);

        void written(String baseline, VirtualMachineSnapshot vm, WriteOutcome outcome);
    }

    /**
     * What is known about the writes to one virtual machine for one target.
     */
    private static final class Entry {
        private final Target target;
        private boolean inFlight;
        private @Nullable VirtualMachineSnapshot seen;
        private @Nullable WriteOutcome outcome;
        private @Nullable Reason told;
        private Instant notBefore = Instant.EPOCH;
        private int failures;
        private final Deque<Instant> applied = new ArrayDeque<>();

        Entry(Target target) {
            this.target = target;
        }
    }

    /**
     * What became of the virtual machines.
     *
     * @param tally the counts
     * @param forbidden the API server's words, if a write was refused for lack of permission
     * @param next when to look again though nothing changes; null if never
     */
    record Result(
            Tally tally,
            @Nullable String forbidden,
            @Nullable Duration next) {}

    /**
     * Prepares; writes nothing.
     *
     * @param changed is told the baseline's name when a write came back
     * @param retryInitial delay after a first failure; it doubles
     * @param retryMax the longest delay
     */
    VirtualMachineAligner(
            Writes writes,
            Notices notices,
            Consumer<String> changed,
            Clock clock,
            Duration retryInitial,
            Duration retryMax) {
        this.writes = writes;
        this.notices = notices;
        this.changed = changed;
        this.clock = clock;
        this.retryInitial = retryInitial;
        this.retryMax = retryMax;
    }

    /**
     * Decides about virtual machines, and starts writes if that is wanted.
     *
     * @param vms the selected ones
     * @param instances the running instances, by namespace and name of their virtual machine
     * @param target what the baseline wants
     * @param write whether to write
     */
    synchronized Result align(
            Collection<VirtualMachineSnapshot> vms,
            Map<ObjectName, InstanceSnapshot> instances,
            Target target,
            boolean write) {
        Map<String, Entry> known = entries.computeIfAbsent(target.baseline(), b -> new HashMap<>());
        Pass pass = new Pass(known, instances, target, write, clock.instant());
        vms.forEach(pass::look);
        known.keySet().retainAll(pass.uids);
        pump();
        return new Result(
                pass.tally,
                pass.forbidden,
                pass.next == null ? null : Duration.between(pass.now, pass.next).plusMillis(1));
    }

    /** Forgets a baseline: writes that wait are dropped. */
    synchronized void forget(String baseline) {
        entries.remove(baseline);
    }

    /** One look at all selected virtual machines. */
    private final class Pass {
        private final Map<String, Entry> known;
        private final Map<ObjectName, InstanceSnapshot> instances;
        private final Target target;
        private final boolean write;
        private final Instant now;
        private final Tally tally = new Tally();
        private final Set<String> uids = new HashSet<>();
        private @Nullable String forbidden;
        private @Nullable Instant next;

        Pass(
                Map<String, Entry> known,
                Map<ObjectName, InstanceSnapshot> instances,
                Target target,
                boolean write,
                Instant now) {
            this.known = known;
            this.instances = instances;
            this.target = target;
            this.write = write;
            this.now = now;
        }

        void look(VirtualMachineSnapshot vm) {
            uids.add(vm.uid());
            String name = vm.namespace() + "/" + vm.name();
            Action action = Alignment.decide(vm, target);
            if (action instanceof Action.Skip skip) {
                known.remove(vm.uid());
                tally.count(Tally.State.SKIPPED, skip.reason(), name);
            } else if (action instanceof Action.Nothing) {
                settled(vm);
                tally.count(Tally.State.APPLIED);
                restart(vm, name);
            } else if (action instanceof Action.Conflict conflict) {
                Entry entry = entry(vm);
                tell(
                        entry,
                        vm,
                        conflict.reason(),
                        "The CPU model is held by %s; it stays as it is."
                                .formatted(String.join(", ", conflict.managers())));
                tally.count(Tally.State.CONFLICTING, conflict.reason(), name);
            } else {
                due(vm, name, action);
            }
        }

        private void settled(VirtualMachineSnapshot vm) {
            Entry entry = known.get(vm.uid());
            if (entry != null) {
                entry.outcome = null;
                entry.seen = null;
                entry.failures = 0;
                entry.told = null;
                entry.notBefore = Instant.EPOCH;
            }
        }

        private void restart(VirtualMachineSnapshot vm, String name) {
            InstanceSnapshot running = instances.get(new ObjectName(vm.namespace(), vm.name()));
            if (running != null
                    && !(running.model().equals(target.cpuModel())
                            && running.requiredFeatures()
                                    .containsAll(target.required().names()))) {
                tally.pendingRestart(name);
            }
        }

        private Entry entry(VirtualMachineSnapshot vm) {
            Entry entry = known.get(vm.uid());
            if (entry == null || !entry.target.equals(target)) {
                entry = new Entry(target);
                known.put(vm.uid(), entry);
            }
            return entry;
        }

        /** A write is due: unless the answer to the last one still stands, or a delay isn't over. */
        private void due(VirtualMachineSnapshot vm, String name, Action action) {
            if (!write) {
                tally.count(Tally.State.PENDING);
                return;
            }
            Entry entry = entry(vm);
            boolean unchanged = vm.equals(entry.seen);
            if (entry.inFlight) {
                tally.count(Tally.State.PENDING);
            } else if (unchanged && entry.outcome instanceof WriteOutcome.Applied) {
                // The watch has not shown our own write yet.
                tally.count(Tally.State.APPLIED);
            } else if (unchanged && entry.outcome instanceof WriteOutcome.Conflict) {
                tally.count(Tally.State.CONFLICTING, Reason.Conflicting, name);
            } else if (unchanged && entry.told == Reason.Contended) {
                tally.count(Tally.State.CONFLICTING, Reason.Contended, name);
            } else if (now.isBefore(entry.notBefore)) {
                later(entry.notBefore);
                waitFor(entry, name);
            } else if (contended(entry)) {
                entry.seen = vm;
                tell(
                        entry,
                        vm,
                        Reason.Contended,
                        "Its CPU fields were lost %d times within an hour: something else keeps writing the whole object. They are left alone until it or the baseline changes."
                                .formatted(LOSSES_UNTIL_CONTENDED));
                tally.count(Tally.State.CONFLICTING, Reason.Contended, name);
            } else {
                start(vm, entry, action);
                waitFor(entry, name);
            }
        }

        private boolean contended(Entry entry) {
            while (!entry.applied.isEmpty() && entry.applied.peekFirst().isBefore(now.minus(LOSS_WINDOW))) {
                entry.applied.removeFirst();
            }
            return entry.applied.size() >= LOSSES_UNTIL_CONTENDED;
        }

        private void waitFor(Entry entry, String name) {
            if (entry.outcome instanceof WriteOutcome.Forbidden refusal) {
                forbidden = refusal.message();
                tally.count(Tally.State.REFUSED, Reason.Forbidden, name);
            } else if (entry.outcome instanceof WriteOutcome.Refused) {
                tally.count(Tally.State.REFUSED, Reason.Refused, name);
            } else {
                tally.count(Tally.State.PENDING);
            }
        }

        private void later(Instant when) {
            if (next == null || when.isBefore(next)) {
                next = when;
            }
        }
    }

    private void start(VirtualMachineSnapshot vm, Entry entry, Action action) {
        entry.inFlight = true;
        entry.seen = vm;
        waiting.add(() -> {
            CompletableFuture<WriteOutcome> write = action instanceof Action.Release
                    ? writes.release(vm, entry.target)
                    : writes.apply(vm, entry.target);
            var unused = write.whenComplete((outcome, failure) -> done(
                    vm,
                    entry,
                    failure == null ? outcome : new WriteOutcome.Retry(null, String.valueOf(failure.getMessage()))));
        });
    }

    /** Starts no further write. */
    synchronized void close() {
        closed = true;
        waiting.clear();
    }

    private synchronized void pump() {
        while (!closed && inFlight < WRITES_AT_A_TIME && !waiting.isEmpty()) {
            inFlight++;
            waiting.removeFirst().run();
        }
    }

    private void done(VirtualMachineSnapshot vm, Entry entry, WriteOutcome outcome) {
        synchronized (this) {
            inFlight--;
            entry.inFlight = false;
            entry.outcome = outcome;
            Instant now = clock.instant();
            if (outcome instanceof WriteOutcome.Applied) {
                entry.applied.addLast(now);
                entry.failures = 0;
                // A later loss of the fields is answered at once, the next one after a while.
                entry.notBefore = entry.applied.size() < 2 ? Instant.EPOCH : now.plus(delay(entry.applied.size() + 2));
            } else {
                entry.failures++;
                entry.notBefore = now.plus(askedDelay(outcome, entry));
                if (outcome instanceof WriteOutcome.Conflict conflict) {
                    tell(entry, vm, Reason.Conflicting, conflict.message());
                } else if (outcome instanceof WriteOutcome.Refused refused) {
                    tell(entry, vm, Reason.Refused, refused.message());
                }
            }
            pump();
        }
        notices.written(entry.target.baseline(), vm, outcome);
        changed.accept(entry.target.baseline());
    }

    private Duration askedDelay(WriteOutcome outcome, Entry entry) {
        Duration delay = delay(entry.failures);
        Duration asked = outcome instanceof WriteOutcome.Retry retry ? retry.after() : null;
        return asked != null && asked.compareTo(delay) > 0 ? asked : delay;
    }

    private Duration delay(int failures) {
        Duration delay = retryInitial.multipliedBy(1L << Math.min(20, Math.max(0, failures - 1)));
        return delay.compareTo(retryMax) > 0 ? retryMax : delay;
    }

    private void tell(Entry entry, VirtualMachineSnapshot vm, Reason reason, String message) {
        if (entry.told != reason) {
            entry.told = reason;
            notices.trouble(entry.target.baseline(), vm, reason, message);
        }
    }
}
