package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.virtualmachine.Belonging;
import io.cpubaseline.virtualmachine.Belonging.Claimant;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the baselines that claim virtual machines, and whose each one was that several select when this was last asked. Safe for use
 * by several threads.
 */
final class Claimants {

    /** Counts that move by less than one in so many parts decide as before: a node that is cordoned makes no virtual machine change hands. */
    private static final int COARSE = 4;

    private final LongSupplier nanoTime;
    private final long newFor;

    /** By baseline. This and the other map are guarded by this object. */
    private final Map<String, Party> parties = new HashMap<>();

    /** Of the virtual machines that several baselines select. */
    private final Map<ObjectName, String> owners = new HashMap<>();

    private record Party(long since, long cores, boolean leaving) {}

    /**
     * No baseline is known.
     *
     * @param nanoTime a clock that never goes back, in nanoseconds
     * @param newFor how long after one baseline another one may come that was applied together with it
     */
    Claimants(LongSupplier nanoTime, Duration newFor) {
        this.nanoTime = nanoTime;
        this.newFor = newFor.toNanos();
    }

    /** A baseline wants virtual machines. */
    synchronized void come(String baseline) {
        parties.putIfAbsent(baseline, new Party(nanoTime.getAsLong(), 0, false));
    }

    /** It wants none any more. */
    synchronized void go(String baseline) {
        parties.remove(baseline);
    }

    /** It is being deleted; returns whether that is news. */
    synchronized boolean leave(String baseline) {
        Party party = parties.get(baseline);
        if (party == null || party.leaving()) {
            return false;
        }
        parties.put(baseline, new Party(party.since(), party.cores(), true));
        return true;
    }

    /** How many cores its nodes have where virtual machines with its pin can land now. */
    synchronized void reach(String baseline, long cores) {
        Party party = parties.get(baseline);
        if (party != null && Math.abs(cores - party.cores()) * COARSE > party.cores()) {
            parties.put(baseline, new Party(party.since(), cores, party.leaving()));
        }
    }

    /** A baseline as a claimant of a virtual machine. */
    synchronized Claimant claimant(String baseline, boolean hasNode) {
        Party party = parties.get(baseline);
        return party == null
                ? new Claimant(baseline, false, hasNode, true, 0)
                : new Claimant(baseline, party.leaving(), hasNode, isNew(party), party.cores());
    }

    private boolean isNew(Party party) {
        return nanoTime.getAsLong() < party.since() + newFor;
    }

    /** From when on no baseline that is known now is new any more, in nanoseconds; may be in the past. */
    synchronized long settledFrom() {
        return parties.values().stream().mapToLong(Party::since).max().orElse(0) + newFor;
    }

    /** Keeps in mind whose a virtual machine is that several baselines select; returns whose it was, null if that isn't known. */
    synchronized @Nullable String assign(ObjectName name, Belonging whose) {
        return owners.put(name, whose.baseline());
    }

    /** At most one baseline selects it, or it is gone. */
    synchronized void uncontested(ObjectName name) {
        owners.remove(name);
    }

    /** Forgets whose each virtual machine was. */
    synchronized void forgetMachines() {
        owners.clear();
    }
}
