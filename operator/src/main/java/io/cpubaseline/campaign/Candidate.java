package io.cpubaseline.campaign;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.Trait;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine of a campaign as it is now: it carries the baseline, so its next start is with it.
 *
 * @param namespace its namespace
 * @param name its name
 * @param applied whether it carries the baseline now; one that was chosen may have to be written again
 * @param live whether it has an instance that runs or is about to
 * @param created when that was created, in seconds since 1970
 * @param carries whether that has what is pinned
 * @param ready whether that is Ready
 * @param consent what its owner says
 * @param obstacle why it isn't restarted now, consent aside; null if nothing stands against it
 * @param method how it would be restarted
 * @param movable whether its guest has somewhere else to go
 * @param leaving whether its stop, or its start, is under way already
 * @param halted whether nothing starts it again: its owner has stopped it
 * @param returns whether KubeVirt starts it by itself where it has no instance
 * @param findsNoNode whether nodes are passed over for their labels
 * @param unschedulable why kube-scheduler finds no node for it, in words; empty if it has one
 */
public record Candidate(
        String namespace,
        String name,
        boolean applied,
        boolean live,
        long created,
        boolean carries,
        boolean ready,
        Consent consent,
        @Nullable Reason obstacle,
        Method method,
        boolean movable,
        boolean leaving,
        boolean halted,
        boolean returns,
        boolean findsNoNode,
        String unschedulable) {

    /** An instance that is younger than this isn't restarted: it would be told from its successor by a second only. */
    static final Duration SETTLES = Duration.ofSeconds(10);

    private static final String ALWAYS = "Always";

    /** What an owner says to a restart. */
    public enum Consent {
        /** It is not allowed. */
        MISSING,
        /** It is allowed. */
        ALLOWED,
        /** It is allowed, and before the others. */
        FIRST;

        /**
         * By the annotation {@code cpubaseline.io/restart}; that of the virtual machine counts before its namespace's.
         *
         * @param own the virtual machine's; empty if unset
         * @param ofNamespace its namespace's; empty if unset
         * @param assumed whether it is allowed where nothing is said
         */
        static Consent of(String own, String ofNamespace, boolean assumed) {
            return switch (own.isEmpty() ? ofNamespace : own) {
                case "first" -> FIRST;
                case "allowed" -> ALLOWED;
                case "" -> assumed ? ALLOWED : MISSING;
                // "denied", and whatever nobody can be sure about.
                default -> MISSING;
            };
        }
    }

    /**
     * Where its guest can go, as far as nodes' labels say it.
     *
     * @param starts on how many nodes it can start with what is pinned
     * @param moves whether the guest that runs now has another node to go to
     */
    public record Places(int starts, boolean moves) {}

    /**
     * As a campaign sees it.
     *
     * @param instance its instance; null if it has none
     * @param ofNamespace the namespace's annotation; empty if unset
     * @param lacking which labels no node has, of those that it asks for with what is pinned; asked only where it finds no node
     */
    public static Candidate of(
            VirtualMachineSnapshot vm,
            @Nullable InstanceSnapshot instance,
            Target target,
            String ofNamespace,
            Places places,
            Supplier<String> lacking,
            Rules rules,
            Instant now) {
        InstanceSnapshot running = instance == null || !instance.live() ? null : instance;
        Method method = method(vm, running, rules);
        return new Candidate(
                vm.namespace(),
                vm.name(),
                /* applied= */ true,
                running != null,
                running == null ? 0 : running.created(),
                running != null && running.carries(target),
                running != null && running.is(Trait.READY),
                Consent.of(vm.annotations().restart(), ofNamespace, rules.consentAssumed()),
                running == null ? Reason.NotRunning : obstacle(vm, running, method, places, now),
                method,
                places.moves(),
                vm.power().changing() || running != null && running.is(Trait.ENDING),
                vm.power().runStrategy().equals("Halted"),
                vm.power().runStrategy().equals(ALWAYS),
                running != null && running.findsNoNode(),
                running == null ? "" : unschedulable(running, lacking));
    }

    private static String unschedulable(InstanceSnapshot running, Supplier<String> lacking) {
        if (!running.findsNoNode()) {
            return running.unschedulable();
        }
        String labels = lacking.get();
        return labels.isEmpty() ? running.unschedulable() : "no node has " + labels;
    }

    /** {@code namespace/name}. */
    public String fullName() {
        return namespace + "/" + name;
    }

    /** The same, if it doesn't carry the baseline now. */
    public Candidate pending() {
        return with(false, leaving, obstacle);
    }

    /** The same, if its stop has been asked for, though nothing shows it yet. */
    public Candidate asked() {
        return with(applied, true, obstacle == null ? Reason.ChangingState : obstacle);
    }

    /** The same where nobody may restart it; what else stands against that is said first. */
    public Candidate forbidden() {
        return with(applied, leaving, obstacle == null ? Reason.Forbidden : obstacle);
    }

    private Candidate with(boolean nowApplied, boolean nowLeaving, @Nullable Reason nowObstacle) {
        return new Candidate(
                namespace,
                name,
                nowApplied,
                live,
                created,
                carries,
                ready,
                consent,
                nowObstacle,
                method,
                movable,
                nowLeaving,
                halted,
                returns,
                findsNoNode,
                unschedulable);
    }

    /** Whether its restart may begin now. */
    public boolean mayBegin() {
        return applied && live && !carries && !leaving && consent != Consent.MISSING && obstacle == null;
    }

    /** Whether it has no instance, and gets one without anybody's doing: whoever counts on it misses it now. */
    boolean missing() {
        return !live && (returns || leaving);
    }

    /** Whether it runs with something else than what is pinned. */
    boolean due() {
        return applied && live && !carries;
    }

    /** Whether its instance has come after that time. */
    boolean cameAfter(Instant time) {
        return live && created >= time.getEpochSecond();
    }

    private static @Nullable Reason obstacle(
            VirtualMachineSnapshot vm, InstanceSnapshot running, Method method, Places places, Instant now) {
        if (vm.power().changing() || running.is(Trait.ENDING) || vm.deleting()) {
            return Reason.ChangingState;
        }
        if (running.is(Trait.MIGRATING)) {
            return Reason.Migrating;
        }
        if (running.is(Trait.BACKING_UP)) {
            return Reason.BackingUp;
        }
        if (running.is(Trait.VOLUMES_CHANGING)) {
            return Reason.VolumesChanging;
        }
        if (!running.phase().equals("Running") || running.is(Trait.PAUSED)) {
            return Reason.NotRunning;
        }
        if (!vm.power().restartable()) {
            return Reason.NotRestartable;
        }
        if (running.created() + SETTLES.toSeconds() > now.getEpochSecond()) {
            return Reason.JustStarted;
        }
        if (places.starts() == 0) {
            return Reason.NowhereSchedulable;
        }
        return method == Method.WaitForStop ? Reason.WaitsForStop : null;
    }

    /**
     * Only where the run strategy is Always KubeVirt starts a guest anew that has ended by itself and well.
     */
    private static Method method(VirtualMachineSnapshot vm, @Nullable InstanceSnapshot running, Rules rules) {
        if (rules.methods().contains(Method.GuestReboot)
                && running != null
                && running.is(Trait.REBOOTS_ANEW)
                && vm.power().runStrategy().equals(ALWAYS)) {
            return Method.GuestReboot;
        }
        return rules.methods().contains(Method.Restart) ? Method.Restart : Method.WaitForStop;
    }
}
