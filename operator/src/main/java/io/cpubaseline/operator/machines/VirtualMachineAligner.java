package io.cpubaseline.operator.machines;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.Alignment;
import io.cpubaseline.virtualmachine.Belonging;
import io.cpubaseline.virtualmachine.Counts;
import io.cpubaseline.virtualmachine.FirstStarts;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Look;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Progress;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Tempo;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteMemory;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the selected virtual machines of each baseline to its pin. It looks only at those that may have changed, that were answered, or whose
 * delay is over; the counts of the others are kept. One thread at a time works on one baseline; several baselines may have one each.
 */
public final class VirtualMachineAligner {

    private final WriteQueue queue;
    private final Notices notices;
    private final Consumer<String> changed;
    private final WriteMemory.Delays delays;

    /** By baseline. */
    private final Map<String, Course> courses = new ConcurrentHashMap<>();

    /** The virtual machines that a baseline is about. */
    interface Selected {

        /** All of them. */
        Collection<VirtualMachineSnapshot> all();

        /** The one of that name; nothing if there is none, or if it isn't one of them. */
        Optional<VirtualMachineSnapshot> get(ObjectName name);

        /** Those that may have come, changed or gone since they were last asked for; nothing if that may be any. */
        Optional<Set<ObjectName>> changed();
    }

    /** Tells whose a virtual machine is, and which baselines have let go of it, though their fields are in it. */
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

        /** Whether a model that another tool has set in it may be taken over. */
        default boolean adopts(VirtualMachineSnapshot vm) {
            return vm.annotations().adopt();
        }

        /**
         * Whose it is.
         *
         * @param baseline the one that asks, and selects it
         */
        default Belonging whose(VirtualMachineSnapshot vm, String baseline) {
            return Belonging.only(baseline);
        }

        /** When all that isn't decided now will be, by the clock of the writes. */
        default long decidedFrom() {
            return 0;
        }
    }

    /**
     * How fast and how far a revision spreads.
     *
     * @param tempo of all writes in the baseline's name; the first one given is used for good
     * @param proofTime how long a guest has to run with a revision to prove it
     * @param startsFirst how long a new virtual machine is left to start before it is written, where its instance may get the revision by itself; null
     *     where no instance may
     * @param clock the time by the API server's clock, or earlier
     */
    record Pace(
            Rollout rollout,
            Tempo tempo,
            Duration proofTime,
            @Nullable Duration startsFirst,
            InstantSource clock) {}

    /** Who is told of trouble with a virtual machine, once per occurrence, and of every write. */
    public interface Notices {
        void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message);

        void written(String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome);
    }

    /**
     * What became of the virtual machines.
     *
     * @param tally the counts
     * @param progress what holds those that are still to be written
     * @param firstStarts whose instances may get the pin when they are created
     * @param forbidden the API server's words, if a write was refused for lack of permission
     * @param next when to look again though nothing changes; null if never
     */
    public record Result(
            Tally tally,
            Progress progress,
            FirstStarts firstStarts,
            @Nullable String forbidden,
            @Nullable Duration next) {}

    /**
     * An aligner that knows no virtual machine yet.
     *
     * @param queue sends the writes; several aligners may share it
     * @param notices called by any thread, without a lock
     * @param changed is told the baseline's name when a write came back; called as {@code notices}
     * @param options delays
     */
    public VirtualMachineAligner(WriteQueue queue, Notices notices, Consumer<String> changed, RunOptions options) {
        this.queue = queue;
        this.notices = notices;
        this.changed = changed;
        this.delays = new WriteMemory.Delays(
                options.retryInitial(),
                options.retryMax(),
                options.refusalRetry(),
                options.reapplyDelay(),
                options.contentionWindow(),
                options.conflictDelay());
    }

    /**
     * Decides about virtual machines, and starts writes if that is wanted.
     *
     * @param selected the baseline's
     * @param running what runs, and where
     * @param target what the baseline wants
     * @param pace how fast and how far it spreads
     * @param others which other baselines have let go of a virtual machine that carries their fields
     * @param write whether to write
     */
    Result align(Selected selected, Running running, Target target, Pace pace, LettingGo others, boolean write) {
        Course course =
                courses.computeIfAbsent(target.baseline(), name -> new Course(queue, pace.tempo(), pace.proofTime()));
        Pass pass = new Pass(course, running, target, pace, others, write, queue, delays, telling(course));
        pass.look(selected);
        queue.send();
        pass.news().forEach(Runnable::run);
        return course.result(queue.nanoTime().getAsLong());
    }

    private Pass.Telling telling(Course course) {
        return new Pass.Telling() {
            @Override
            public void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message) {
                notices.trouble(baseline, vm, reason, message);
            }

            @Override
            public void answered(
                    String baseline,
                    ObjectName name,
                    VirtualMachineSnapshot vm,
                    OwnedFields fields,
                    WriteOutcome outcome) {
                course.lookAgain(name);
                notices.written(baseline, vm, fields, outcome);
                changed.accept(baseline);
            }
        };
    }

    /**
     * What there would be to do, by a look alone: nothing is written, told or remembered.
     *
     * @param vms the selected ones
     * @param running what runs, and where
     * @param target what the baseline wants
     * @param others which other baselines have let go of a virtual machine that carries their fields
     */
    static Tally foresee(Collection<VirtualMachineSnapshot> vms, Running running, Target target, LettingGo others) {
        Counts counts = new Counts();
        for (VirtualMachineSnapshot stored : vms) {
            VirtualMachineSnapshot vm = stored.inNamespace(others.adopts(stored));
            Belonging whose = others.whose(vm, target.baseline());
            InstanceSnapshot instance = running.of(vm);
            Action decided = Alignment.decide(vm, target, whose, manager -> others.letGo(vm, manager));
            Action action = FirstStarts.untilStopped(decided, vm, target, instance);
            Look look = Look.foreseen(vm, action, instance, running.vendorOf(instance), target);
            counts.add(vm, look.of(whose, target.baseline()), vm.size(instance), "");
        }
        return counts.tally();
    }

    /** The names of the virtual machines that carry a baseline, a view that follows each look; none before the first. */
    Set<ObjectName> applied(String baseline) {
        Course course = courses.get(baseline);
        return course == null ? Set.of() : Collections.unmodifiableSet(course.applied());
    }

    /** Forgets a baseline: writes that wait are dropped. */
    void forget(String baseline) {
        Course course = courses.remove(baseline);
        if (course != null) {
            course.dropAll();
        }
    }

    /** Of how many virtual machines writes are remembered. */
    int remembered() {
        return courses.values().stream().mapToInt(Course::remembered).sum();
    }
}
