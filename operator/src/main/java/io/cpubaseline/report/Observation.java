package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.change.Decision;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.virtualmachine.FirstStarts;
import io.cpubaseline.virtualmachine.KubeVirtVersion;
import io.cpubaseline.virtualmachine.Progress;
import io.cpubaseline.virtualmachine.Tally;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that a status is made of.
 *
 * @param generation the spec's generation that was read; null outside a cluster
 * @param now the time, for transition times; null outside a cluster: times are left out
 * @param problems what in the spec can't be followed
 * @param catalog the known models
 * @param plan the explained answer
 * @param decision what was decided
 * @param kubeVirt whether KubeVirt's API is there; null outside a cluster
 * @param kubeVirtVersion the version of KubeVirt that runs; null if not known
 * @param clusterDefault KubeVirt's own default model; null if it is not known
 * @param virtualMachines what became of the selected virtual machines; null if there are none to select
 * @param prospect what would become of them with the candidate, where nothing is pinned yet; null where something is, or there is no candidate
 * @param minimumCapacity how much of the selected nodes' capacity is to be able to take the pinned baseline, in percent
 * @param admission whether instances get the baseline when they are created; null where that isn't asked for
 * @param defaultWrite what became of KubeVirt's own default model; null where it isn't to be written
 */
public record Observation(
        @Nullable Long generation,
        @Nullable Instant now,
        List<Problem> problems,
        CpuCatalog catalog,
        Plan plan,
        Decision decision,
        @Nullable Boolean kubeVirt,
        @Nullable KubeVirtVersion kubeVirtVersion,
        @Nullable ClusterDefault clusterDefault,
        @Nullable VirtualMachines virtualMachines,
        @Nullable VirtualMachines prospect,
        int minimumCapacity,
        @Nullable Admitted admission,
        @Nullable DefaultWrite defaultWrite) {

    /**
     * What became of the wish to make KubeVirt's default model the pinned one.
     *
     * @param obstacle why it isn't done; null if it is
     * @param cost what virtual machines that name no model lack then, as a sentence; empty if nothing
     */
    public record DefaultWrite(@Nullable Problem obstacle, String cost) {}

    /**
     * Whether instances get the baseline when they are created.
     *
     * @param bound whether they do
     * @param reason why they do or not
     * @param message for people
     */
    public record Admitted(boolean bound, Reason reason, String message) {}

    /**
     * What became of the virtual machines.
     *
     * @param mode what is done with them
     * @param tally the counts
     * @param progress what holds those that are still to be written
     * @param leaving the counts of those that are given back, since they are not to have the baseline any more; null if there are none
     * @param forbidden what the operator was refused for lack of permission; null if nothing
     * @param rules what the cluster has to do with where they can land
     * @param whenStopped whether only those are written that have no running instance
     * @param firstStarts whose instances may get what is pinned when they are created, before they are written
     * @param unreadable why nothing is known of them; null if something is. Then the counts mean nothing
     */
    public record VirtualMachines(
            Mode mode,
            Tally tally,
            Progress progress,
            @Nullable Tally leaving,
            @Nullable String forbidden,
            SchedulingRules rules,
            boolean whenStopped,
            FirstStarts firstStarts,
            @Nullable Problem unreadable) {

        /** They are known, and nothing holds those that are still to be written. */
        public VirtualMachines(
                Mode mode, Tally tally, @Nullable Tally leaving, @Nullable String forbidden, SchedulingRules rules) {
            this(mode, tally, Progress.free(), leaving, forbidden, rules);
        }

        /** They are known. */
        public VirtualMachines(
                Mode mode,
                Tally tally,
                Progress progress,
                @Nullable Tally leaving,
                @Nullable String forbidden,
                SchedulingRules rules) {
            this(mode, tally, progress, leaving, forbidden, rules, /* whenStopped= */ false, FirstStarts.NONE, null);
        }

        /** The same, of which only those are written that have no running instance, or any. */
        public VirtualMachines writtenWhenStopped(boolean only) {
            return new VirtualMachines(mode, tally, progress, leaving, forbidden, rules, only, firstStarts, unreadable);
        }

        /** The same, of which these may get what is pinned at their first start. */
        public VirtualMachines giving(FirstStarts starts) {
            return new VirtualMachines(
                    mode, tally, progress, leaving, forbidden, rules, whenStopped, starts, unreadable);
        }

        /** Whether something is left to write, and the roll-out is halted until somebody acts. */
        boolean halted() {
            return mode == Mode.PATCH && tally.in(Tally.State.PENDING) > 0 && progress.halted();
        }

        /** Keys of the labels by which they select nodes, those about CPUs and platforms excepted. */
        public Set<String> nodeLabels() {
            Set<String> keys = new TreeSet<>(rules.selection().keys());
            tally.guests()
                    .kinds()
                    .keySet()
                    .forEach(kind ->
                            keys.addAll(kind.shape().placement().selection().keys()));
            return keys;
        }

        /** They are not known, for this reason. */
        public static VirtualMachines unreadable(Mode mode, Problem why) {
            return new VirtualMachines(
                    mode,
                    new Tally(),
                    Progress.free(),
                    null,
                    null,
                    SchedulingRules.byDefault(),
                    /* whenStopped= */ false,
                    FirstStarts.NONE,
                    why);
        }
    }

    /** What is done with the selected virtual machines. */
    public enum Mode {
        /** What would happen is counted. */
        OBSERVE,
        /** They are written. */
        PATCH,
        /** They stay as they are; their instances get the baseline when they are created. */
        ADMISSION,
        /** They would be written, or their instances would get the baseline, but the user stopped that. */
        PAUSED
    }
}
