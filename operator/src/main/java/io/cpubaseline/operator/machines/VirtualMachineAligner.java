package io.cpubaseline.operator.machines;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.Alignment;
import io.cpubaseline.virtualmachine.ConflictWords;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the selected virtual machines to the pinned baseline: decides each by its snapshot, writes a bounded number at a time, and
 * remembers what the API server answered, so that nothing is repeated before something changed or a growing delay is over. A write that
 * still waits is dropped when it is no longer wanted.
 */
public final class VirtualMachineAligner {

    private static final int WRITES_AT_A_TIME = 16;
    private static final int LOSSES_UNTIL_CONTENDED = 3;

    private final Writes writes;
    private final Notices notices;
    private final Consumer<String> changed;
    private final Clock clock;
    private final RunOptions options;

    /** By baseline and UID of the virtual machine. This and all that follows is guarded by this object. */
    private final Map<String, Map<String, Entry>> entries = new HashMap<>();

    /** Entries whose write is to be sent, in this order. */
    private final Set<Entry> waiting = new LinkedHashSet<>();

    private int inFlight;
    private boolean sending;
    private boolean closed;

    /** The writes to virtual machines. */
    interface Writes {

        /** Makes exactly these fields the manager's, and gives up what else it owns. */
        CompletableFuture<WriteOutcome> apply(VirtualMachineSnapshot vm, String manager, OwnedFields fields);
    }

    /** Tells which baselines have let go of a virtual machine, though their fields are in it. */
    @FunctionalInterface
    interface LettingGo {

        /** None has. */
        LettingGo NOBODY = (vm, manager) -> false;

        /**
         * Whether a baseline has let go of it for good.
         *
         * @param manager the baseline's field manager
         */
        boolean letGo(VirtualMachineSnapshot vm, String manager);
    }

    /** Who is told of trouble with a virtual machine, once per occurrence, and of every write. */
    public interface Notices {
        void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message);

        void written(String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome);
    }

    /** One write. */
    private record Write(VirtualMachineSnapshot vm, Target target, Action action) {

        OwnedFields fields() {
            if (action instanceof Action.Apply apply) {
                return apply.fields();
            }
            if (action instanceof Action.Inherit inherit) {
                return inherit.fields();
            }
            return action instanceof Action.Release release ? release.kept() : OwnedFields.NONE;
        }

        String manager() {
            return action instanceof Action.Inherit inherit ? inherit.manager() : target.manager();
        }
    }

    /** What is known about the writes to one virtual machine for one baseline. */
    private static final class Entry {
        private Target target;
        /** Waits to be sent; null if nothing does. */
        private @Nullable Write next;
        /** Is not answered yet; null if nothing is. */
        private @Nullable Write sent;
        /** What the last write was decided on, or what was found to be contended. */
        private @Nullable VirtualMachineSnapshot seen;

        private @Nullable WriteOutcome outcome;
        private @Nullable Reason told;
        /** Since when there has been a conflict; null while there is none. */
        private @Nullable Instant conflictSince;

        private Instant notBefore = Instant.EPOCH;
        private int failures;
        private boolean contended;
        /** When the fields were written, as far as that counts: a write that is due after some of them means that they were lost. */
        private final Deque<Instant> applied = new ArrayDeque<>();

        Entry(Target target) {
            this.target = target;
        }

        void startOver(Target other) {
            target = other;
            settle();
            applied.clear();
        }

        void settle() {
            next = null;
            seen = null;
            outcome = null;
            told = null;
            conflictSince = null;
            notBefore = Instant.EPOCH;
            failures = 0;
            contended = false;
        }
    }

    /**
     * What became of the virtual machines.
     *
     * @param tally the counts
     * @param forbidden the API server's words, if a write was refused for lack of permission
     * @param next when to look again though nothing changes; null if never
     */
    public record Result(
            Tally tally,
            @Nullable String forbidden,
            @Nullable Duration next) {}

    /**
     * Prepares; writes nothing.
     *
     * @param writes sends writes; called by one thread at a time
     * @param notices called by any thread, without a lock
     * @param changed is told the baseline's name when a write came back; called as {@code notices}
     * @param options delays
     */
    public VirtualMachineAligner(
            Writes writes, Notices notices, Consumer<String> changed, Clock clock, RunOptions options) {
        this.writes = writes;
        this.notices = notices;
        this.changed = changed;
        this.clock = clock;
        this.options = options;
    }

    /** The same where no other baseline has let go of anything. */
    public Result align(Collection<VirtualMachineSnapshot> vms, Running running, Target target, boolean write) {
        return align(vms, running, target, LettingGo.NOBODY, write);
    }

    /**
     * Decides about virtual machines, and starts writes if that is wanted.
     *
     * @param vms the selected ones
     * @param running what runs, and where
     * @param target what the baseline wants
     * @param others which other baselines have let go of a virtual machine that carries their fields
     * @param write whether to write
     */
    public Result align(
            Collection<VirtualMachineSnapshot> vms, Running running, Target target, LettingGo others, boolean write) {
        Pass pass = new Pass(running, target, others, write, clock.instant());
        synchronized (this) {
            pass.lookAt(vms);
        }
        send();
        pass.news.forEach(Runnable::run);
        return pass.result();
    }

    /**
     * What there would be to do, by a look alone: nothing is written, told or remembered.
     *
     * @param vms the selected ones
     * @param running what runs, and where
     * @param target what the baseline wants
     * @param others which other baselines have let go of a virtual machine that carries their fields
     */
    public static Tally foresee(
            Collection<VirtualMachineSnapshot> vms, Running running, Target target, LettingGo others) {
        Tally tally = new Tally();
        for (VirtualMachineSnapshot vm : vms) {
            String name = vm.namespace() + "/" + vm.name();
            Action action = Alignment.decide(vm, target, manager -> others.letGo(vm, manager));
            tally.guests().look(vm, action, running.of(vm), target);
            if (action instanceof Action.Skip skip) {
                tally.count(Tally.State.SKIPPED, skip.reason(), name);
            } else if (action instanceof Action.Conflict conflict) {
                countConflict(tally, conflict, name);
            } else if (action instanceof Action.Nothing) {
                countApplied(tally, vm, name, running, target);
                running.noteVendor(tally, vm, target);
            } else {
                tally.count(Tally.State.PENDING);
                running.noteVendor(tally, vm, target);
            }
        }
        return tally;
    }

    private static void countConflict(Tally tally, Action.Conflict conflict, String name) {
        tally.count(Tally.State.CONFLICTING, conflict.reason(), name);
        if (conflict.reason() == Reason.ClaimedByOther) {
            conflict.managers().stream()
                    .filter(Target::isBaselineManager)
                    .map(Target::baselineOf)
                    .forEach(tally::claimedBy);
        }
    }

    private static void countApplied(
            Tally tally, VirtualMachineSnapshot vm, String name, Running running, Target target) {
        tally.count(Tally.State.APPLIED);
        running.noteRestart(tally, vm, target);
        if (Alignment.hasExtraFeatures(vm, target)) {
            tally.note(Reason.ExtraFeatures, name);
        }
    }

    /** Forgets a baseline: writes that wait are dropped. */
    public synchronized void forget(String baseline) {
        Map<String, Entry> known = entries.remove(baseline);
        if (known != null) {
            known.values().forEach(waiting::remove);
        }
    }

    /** Starts no further write. */
    public synchronized void close() {
        closed = true;
        waiting.clear();
    }

    /** How many virtual machines something is remembered of. */
    public synchronized int remembered() {
        return entries.values().stream().mapToInt(Map::size).sum();
    }

    /** One look at all selected virtual machines. */
    private final class Pass {
        private final Running running;
        private final Target target;
        private final LettingGo others;
        private final boolean write;
        private final Instant now;
        private final Tally tally = new Tally();
        private final List<Runnable> news = new ArrayList<>();
        private @Nullable String forbidden;
        private @Nullable Instant next;

        Pass(Running running, Target target, LettingGo others, boolean write, Instant now) {
            this.running = running;
            this.target = target;
            this.others = others;
            this.write = write;
            this.now = now;
        }

        Result result() {
            return new Result(
                    tally,
                    forbidden,
                    next == null ? null : Duration.between(now, next).plusMillis(1));
        }

        void lookAt(Collection<VirtualMachineSnapshot> vms) {
            Map<String, Entry> known = entries.computeIfAbsent(target.baseline(), b -> new HashMap<>());
            Set<String> uids = new HashSet<>();
            for (VirtualMachineSnapshot vm : vms) {
                uids.add(vm.uid());
                look(vm, known);
            }
            for (Iterator<Map.Entry<String, Entry>> all = known.entrySet().iterator(); all.hasNext(); ) {
                Map.Entry<String, Entry> one = all.next();
                if (!uids.contains(one.getKey())) {
                    quiet(one.getValue());
                    // One that is on its way stays until it is answered, lest there are two.
                    if (one.getValue().sent == null) {
                        all.remove();
                    }
                }
            }
        }

        private void look(VirtualMachineSnapshot vm, Map<String, Entry> known) {
            String name = vm.namespace() + "/" + vm.name();
            Action action = Alignment.decide(vm, target, manager -> others.letGo(vm, manager));
            tally.guests().look(vm, action, running.of(vm), target);
            Entry entry = known.get(vm.uid());
            if (entry != null && !entry.target.equals(target)) {
                waiting.remove(entry);
                entry.startOver(target);
            }
            if (action instanceof Action.Apply || action instanceof Action.Nothing) {
                running.noteVendor(tally, vm, target);
            }
            if (action instanceof Action.Skip skip) {
                quiet(entry);
                tally.count(Tally.State.SKIPPED, skip.reason(), name);
            } else if (action instanceof Action.Nothing) {
                quiet(entry);
                if (entry != null && entry.sent == null && losses(entry) == 0) {
                    known.remove(vm.uid());
                }
                applied(vm, name);
            } else if (action instanceof Action.Conflict conflict) {
                countConflict(tally, conflict, name);
                heldByOthers(vm, conflict, write ? entryOf(vm, known) : entry);
            } else if (write) {
                due(new Write(vm, target, action), name, entryOf(vm, known));
            } else {
                quiet(entry);
                tally.count(Tally.State.PENDING);
            }
        }

        private Entry entryOf(VirtualMachineSnapshot vm, Map<String, Entry> known) {
            return known.computeIfAbsent(vm.uid(), uid -> new Entry(target));
        }

        /** Nothing is to be written now, and nothing is wrong. */
        private void quiet(@Nullable Entry entry) {
            if (entry != null) {
                waiting.remove(entry);
                entry.settle();
            }
        }

        private void heldByOthers(VirtualMachineSnapshot vm, Action.Conflict conflict, @Nullable Entry entry) {
            if (entry == null) {
                return;
            }
            waiting.remove(entry);
            entry.next = null;
            if (write && conflict.reason() != Reason.ClaimedByOther) {
                tellIfItHolds(entry, vm, ConflictWords.of(vm, conflict, target));
            }
        }

        /** Restores and admission policies pass through states that look like a conflict and are none a moment later. */
        private void tellIfItHolds(Entry entry, VirtualMachineSnapshot vm, String message) {
            if (entry.conflictSince == null) {
                entry.conflictSince = now;
            }
            Instant due = entry.conflictSince.plus(options.conflictDelay());
            if (!now.isBefore(due)) {
                tell(news, entry, vm, Reason.Conflicting, message);
            } else if (entry.told != Reason.Conflicting) {
                next = next == null || due.isBefore(next) ? due : next;
            }
        }

        private void applied(VirtualMachineSnapshot vm, String name) {
            countApplied(tally, vm, name, running, target);
        }

        /** A write is due: unless the answer to the last one still stands, or a delay isn't over. */
        private void due(Write wanted, String name, Entry entry) {
            VirtualMachineSnapshot vm = wanted.vm();
            boolean unchanged = vm.equals(entry.seen);
            if (entry.sent != null) {
                notYet(entry, name);
            } else if (waiting.contains(entry)) {
                entry.seen = vm;
                entry.next = wanted;
                notYet(entry, name);
            } else if (unchanged && entry.contended) {
                // Before the last answer, which was that the lost fields had been applied.
                tally.count(Tally.State.CONFLICTING, Reason.Contended, name);
            } else if (entry.outcome instanceof WriteOutcome.Applied written
                    && (unchanged || vm.generation() < written.generation())) {
                notShownYet(wanted, name);
            } else if (unchanged && entry.outcome instanceof WriteOutcome.Conflict conflict) {
                tally.count(Tally.State.CONFLICTING, Reason.Conflicting, name);
                tellIfItHolds(entry, vm, ConflictWords.refused(vm, target, conflict.message()));
            } else if (unchanged && entry.outcome instanceof WriteOutcome.Instancetype) {
                tally.count(Tally.State.SKIPPED, Reason.InstancetypeConflict, name);
            } else {
                write(wanted, name, entry);
            }
        }

        /** The watch has not shown our own write yet. */
        private void notShownYet(Write wanted, String name) {
            if (wanted.action() instanceof Action.Release release) {
                boolean held = release.reason() == Reason.Conflicting
                        || release.reason() == Reason.ClaimedByOther
                        || !release.kept().equals(OwnedFields.NONE);
                tally.count(held ? Tally.State.CONFLICTING : Tally.State.SKIPPED, release.reason(), name);
            } else {
                applied(wanted.vm(), name);
            }
        }

        private void write(Write wanted, String name, Entry entry) {
            if (entry.contended) {
                // It has changed since: whoever took the fields may have learned better.
                entry.startOver(target);
            }
            boolean ours = !(wanted.action() instanceof Action.Inherit);
            if (ours && losses(entry) >= LOSSES_UNTIL_CONTENDED) {
                entry.contended = true;
                entry.seen = wanted.vm();
                tell(
                        news,
                        entry,
                        wanted.vm(),
                        Reason.Contended,
                        "Its CPU fields were lost %d times within %s: something else keeps writing the whole object. They are left alone until it or the baseline changes."
                                .formatted(LOSSES_UNTIL_CONTENDED, inWords(options.contentionWindow())));
                tally.count(Tally.State.CONFLICTING, Reason.Contended, name);
                return;
            }
            Instant earliest = ours ? earliest(entry) : entry.notBefore;
            if (now.isBefore(earliest)) {
                next = next == null || earliest.isBefore(next) ? earliest : next;
            } else {
                entry.seen = wanted.vm();
                entry.next = wanted;
                waiting.add(entry);
            }
            notYet(entry, name);
        }

        /** How many of the last writes count, each of them lost if another one is due. */
        private int losses(Entry entry) {
            Instant begin = now.minus(options.contentionWindow());
            while (!entry.applied.isEmpty() && entry.applied.getFirst().isBefore(begin)) {
                entry.applied.removeFirst();
            }
            return entry.applied.size();
        }

        /** After failures, and after losses of what was written, writes wait for longer and longer. */
        private Instant earliest(Entry entry) {
            if (entry.applied.isEmpty()) {
                return entry.notBefore;
            }
            Instant afterLoss = entry.applied.getLast().plus(growing(options.reapplyDelay(), entry.applied.size()));
            return afterLoss.isAfter(entry.notBefore) ? afterLoss : entry.notBefore;
        }

        /** Counts by the last answer, which stands until there is a new one. */
        private void notYet(Entry entry, String name) {
            if (entry.outcome instanceof WriteOutcome.Forbidden refusal) {
                forbidden = refusal.message();
                tally.count(Tally.State.REFUSED, Reason.Forbidden, name);
            } else if (entry.outcome instanceof WriteOutcome.Refused) {
                tally.count(Tally.State.REFUSED, Reason.Refused, name);
            } else if (entry.outcome instanceof WriteOutcome.Retry retry) {
                tally.countRetried(name, retry.message());
            } else {
                tally.count(Tally.State.PENDING);
            }
        }
    }

    /** Sends what waits, as much as may be on its way at once. An answer that comes while this runs leaves the rest to it. */
    private void send() {
        synchronized (this) {
            if (sending) {
                return;
            }
            sending = true;
        }
        for (Entry entry = nextToSend(); entry != null; entry = nextToSend()) {
            send(entry, Objects.requireNonNull(entry.sent));
        }
    }

    private synchronized @Nullable Entry nextToSend() {
        if (closed || inFlight == WRITES_AT_A_TIME || waiting.isEmpty()) {
            sending = false;
            return null;
        }
        Iterator<Entry> first = waiting.iterator();
        Entry entry = first.next();
        first.remove();
        inFlight++;
        entry.sent = entry.next;
        entry.next = null;
        return entry;
    }

    private void send(Entry entry, Write write) {
        CompletableFuture<WriteOutcome> answer;
        try {
            answer = writes.apply(write.vm(), write.manager(), write.fields());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        var unused = answer.whenComplete((outcome, failure) -> done(
                entry, write, failure == null ? outcome : new WriteOutcome.Retry(null, ApiServer.reason(failure))));
    }

    private void done(Entry entry, Write write, WriteOutcome outcome) {
        List<Runnable> news = new ArrayList<>();
        synchronized (this) {
            inFlight--;
            entry.sent = null;
            // Where the target has changed meanwhile, the answer means nothing any more.
            if (entry.target.equals(write.target())) {
                answered(entry, write, outcome, news);
            }
        }
        send();
        notices.written(write.target().baseline(), write.vm(), write.fields(), outcome);
        news.forEach(Runnable::run);
        changed.accept(write.target().baseline());
    }

    private void answered(Entry entry, Write write, WriteOutcome outcome, List<Runnable> news) {
        entry.outcome = outcome;
        Instant now = clock.instant();
        if (outcome instanceof WriteOutcome.Applied) {
            entry.failures = 0;
            entry.notBefore = Instant.EPOCH;
            entry.conflictSince = null;
            if (write.action() instanceof Action.Apply) {
                entry.applied.addLast(now);
            }
            return;
        }
        entry.failures++;
        Duration delay = growing(options.retryInitial(), entry.failures);
        Duration asked = outcome instanceof WriteOutcome.Retry retry ? retry.after() : null;
        entry.notBefore = now.plus(asked != null && asked.compareTo(delay) > 0 ? asked : delay);
        if (outcome instanceof WriteOutcome.Refused refused) {
            tell(news, entry, write.vm(), Reason.Refused, refused.message());
        }
    }

    /** The first delay, doubled with every further time, up to the longest. */
    private Duration growing(Duration first, int times) {
        Duration delay = first.multipliedBy(1L << Math.min(20, Math.max(0, times - 1)));
        return delay.compareTo(options.retryMax()) > 0 ? options.retryMax() : delay;
    }

    private void tell(List<Runnable> news, Entry entry, VirtualMachineSnapshot vm, Reason reason, String message) {
        if (entry.told != reason) {
            entry.told = reason;
            String baseline = entry.target.baseline();
            news.add(() -> notices.trouble(baseline, vm, reason, message));
        }
    }

    private static String inWords(Duration window) {
        return window.equals(Duration.ofHours(1)) ? "an hour" : "%d s".formatted(window.toSeconds());
    }
}
