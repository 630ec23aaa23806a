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
 * A virtual machine of a campaign, as it is judged.
 *
 * @param state what is seen of it
 * @param consent what its owner says
 * @param obstacle why it isn't restarted now, consent aside; null if nothing stands against it
 * @param method how it would be restarted
 * @param movable whether its guest has somewhere else to go
 */
public record Candidate(
        MachineState state, Consent consent, @Nullable Reason obstacle, Method method, boolean movable) {

    /** An instance that is younger than this isn't restarted: it would be told from its successor by a second only. */
    static final Duration SETTLES = Duration.ofSeconds(10);

    /** The run strategy of one that KubeVirt starts whenever it doesn't run. */
    static final String ALWAYS = "Always";

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
     * What counts beside the virtual machine itself.
     *
     * @param applied whether it carries the baseline
     * @param asked whether the end of its instance has been asked for, though nothing may show that yet
     * @param forbidden whether the operator may restart nobody in its namespace
     * @param ofNamespace the namespace's annotation; empty if unset
     * @param lacking which labels no node has, of those that it asks for with what is pinned; asked only where it finds no node
     */
    public record Circumstances(
            boolean applied,
            boolean asked,
            boolean forbidden,
            String ofNamespace,
            Places places,
            Supplier<String> lacking) {}

    /**
     * As a campaign sees it.
     *
     * @param instance its instance; null if it has none
     */
    public static Candidate of(
            VirtualMachineSnapshot vm,
            @Nullable InstanceSnapshot instance,
            Target target,
            Circumstances around,
            Rules rules,
            Instant now) {
        InstanceSnapshot running = instance == null || !instance.live() ? null : instance;
        Method method = method(vm, running, rules);
        return new Candidate(
                MachineState.of(vm, running, target, around),
                Consent.of(vm.annotations().restart(), around.ofNamespace(), rules.consentAssumed()),
                obstacle(vm, running, method, around, now),
                method,
                around.places().moves());
    }

    /** {@code namespace/name}. */
    public String fullName() {
        return state.fullName();
    }

    /** Whether its restart may begin now. */
    public boolean mayBegin() {
        return state.due() && !state.leaving() && consent != Consent.MISSING && obstacle == null;
    }

    private static @Nullable Reason obstacle(
            VirtualMachineSnapshot vm,
            @Nullable InstanceSnapshot running,
            Method method,
            Circumstances around,
            Instant now) {
        Reason own = running == null ? Reason.NotRunning : obstacle(vm, running, method, around.places(), now);
        if (own != null) {
            return own;
        }
        if (around.asked()) {
            return Reason.ChangingState;
        }
        return around.forbidden() ? Reason.Forbidden : null;
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
