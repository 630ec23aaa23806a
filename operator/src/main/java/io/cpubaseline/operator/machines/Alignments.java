package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.machines.VirtualMachineAligner.LettingGo;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Pace;
import io.cpubaseline.operator.machines.VirtualMachineAligner.Selected;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Rollout;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Tempo;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings the virtual machines that baselines select to their pins, and gives back those that they hold and are not to have any more. One
 * thread at a time works on one baseline; several baselines may have one each.
 */
final class Alignments {

    private final Selections selections;
    private final Running running;

    /** Brings virtual machines to the pin. */
    private final VirtualMachineAligner aligner;

    /** Gives back what is held in others. */
    private final VirtualMachineAligner releasing;

    /** By baseline, whose virtual machines are given back. */
    private final Map<String, GivenBack> givenBack = new ConcurrentHashMap<>();

    /** By baseline, the tempo of all its writes. */
    private final Map<String, Tempo> tempos = new ConcurrentHashMap<>();

    private final LongSupplier nanoTime;
    private final Duration proofTime;
    private final Duration startsFirst;
    private final InstantSource clusterTime;

    /** Which virtual machines a baseline gives back. */
    private enum GivenBack {
        NONE,
        LEAVING,
        ALL
    }

    /**
     * What became of the virtual machines.
     *
     * @param selected those that are selected
     * @param leaving those that are given back
     */
    record Result(VirtualMachineAligner.Result selected, VirtualMachineAligner.Result leaving) {}

    /**
     * @param answered is told the baseline's name when a write came back
     * @param clusterTime the time by the API server's clock, or earlier
     */
    Alignments(
            Selections selections,
            Running running,
            WriteQueue queue,
            VirtualMachineAligner.Notices notices,
            Consumer<String> answered,
            RunOptions options,
            InstantSource clusterTime) {
        this.selections = selections;
        this.running = running;
        this.nanoTime = queue.nanoTime();
        this.proofTime = options.proofTime();
        this.startsFirst = options.conflictDelay();
        this.clusterTime = clusterTime;
        this.aligner = new VirtualMachineAligner(queue, notices, answered, options);
        this.releasing = new VirtualMachineAligner(queue, notices, answered, options);
    }

    /**
     * Looks at what may have changed for a baseline, see {@link Selections}, and starts writes if that is wanted.
     *
     * @param write whether to write the selected ones
     * @param release whether to give back those that are not to have the baseline any more
     * @param firstStarts whether instances may get the target when they are created
     */
    Result align(
            String baseline,
            VirtualMachineIntent intent,
            Target target,
            boolean write,
            boolean release,
            boolean firstStarts) {
        Optional<Set<ObjectName>> changed = selections.takeChanged(baseline);
        try {
            VirtualMachineAligner.Result selected = aligner.align(
                    selections.selected(intent, changed),
                    running,
                    target,
                    pace(baseline, intent.rollout(), firstStarts ? startsFirst : null),
                    selections,
                    write);
            Optional<Set<ObjectName>> left =
                    givingBack(baseline, release ? GivenBack.LEAVING : GivenBack.NONE, changed);
            return new Result(
                    selected,
                    release(
                            baseline,
                            intent.rollout(),
                            release ? selections.leaving(baseline, intent, left) : Selections.nobody()));
        } catch (RuntimeException e) {
            selections.touchAll(baseline);
            throw e;
        }
    }

    /** Gives back all that a baseline holds that is being deleted. */
    VirtualMachineAligner.Result release(String baseline, Rollout rollout) {
        aligner.forget(baseline);
        Optional<Set<ObjectName>> changed = selections.takeChanged(baseline);
        try {
            return release(baseline, rollout, selections.held(baseline, givingBack(baseline, GivenBack.ALL, changed)));
        } catch (RuntimeException e) {
            selections.touchAll(baseline);
            throw e;
        }
    }

    private VirtualMachineAligner.Result release(String baseline, Rollout rollout, Selected selected) {
        return releasing.align(
                selected,
                Running.nothing(),
                Target.nothing(baseline),
                pace(baseline, rollout, null),
                LettingGo.NOBODY,
                /* write= */ true);
    }

    private Pace pace(String baseline, Rollout rollout, @Nullable Duration first) {
        return new Pace(
                rollout,
                tempos.computeIfAbsent(baseline, name -> new Tempo(nanoTime.getAsLong())),
                proofTime,
                first,
                clusterTime);
    }

    /** Those to look at; nothing for any, as when others are given back than before. */
    private Optional<Set<ObjectName>> givingBack(String baseline, GivenBack which, Optional<Set<ObjectName>> changed) {
        boolean same = givenBack.put(baseline, which) == which;
        return changed.filter(names -> same);
    }

    /** What {@link #align} will find; touches nothing. */
    Tally foresee(VirtualMachineIntent intent, Target target) {
        return VirtualMachineAligner.foresee(
                selections.selected(intent, Optional.empty()).all(), running, target, selections);
    }

    /** The names of the virtual machines that carry a baseline, a view that follows each look. */
    Set<ObjectName> applied(String baseline) {
        return aligner.applied(baseline);
    }

    /** Forgets a baseline: writes that wait are dropped, and all is looked at anew if it comes again. */
    void forget(String baseline) {
        aligner.forget(baseline);
        releasing.forget(baseline);
        givenBack.remove(baseline);
        tempos.remove(baseline);
        selections.touchAll(baseline);
    }
}
