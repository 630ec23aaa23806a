package io.cpubaseline.evidence;

import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.NodeCapacity;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a host itself tells of its CPU, outside of any cluster.
 *
 * @param name what the host is called
 * @param proof who has told it, which decides what it proves
 * @param vendor {@code Intel}, {@code AMD} …; empty if not told
 * @param features of the hardware those that were told, of the hypervisor those that it gives to guests; by libvirt's names
 * @param models the named models that the hypervisor says it can give; empty where it names none
 * @param capacity its logical CPUs and its memory, as far as they were told
 * @param virtualMachine whether it is a guest itself: then it has what its own host gave it
 * @param emulated whether the hypervisor is QEMU's emulator, which has nothing to do with the machine's CPU
 * @param unknownFlags flags that the catalog has never heard of: they are shown, and never used
 * @param remarks what is odd about it, a sentence each, without the name
 */
public record HostFacts(
        String name,
        Proof proof,
        String vendor,
        FeatureSet features,
        SortedSet<String> models,
        NodeCapacity capacity,
        boolean virtualMachine,
        boolean emulated,
        SortedSet<String> unknownFlags,
        List<String> remarks) {

    /** Who tells of a CPU. */
    public enum Proof {
        /** The hardware's own flags: what a hypervisor could give at most. */
        HARDWARE,
        /** The hypervisor: what it gives. */
        HYPERVISOR
    }

    /** Makes the collections immutable. */
    public HostFacts {
        models = Collections.unmodifiableSortedSet(new TreeSet<>(models));
        unknownFlags = Collections.unmodifiableSortedSet(new TreeSet<>(unknownFlags));
        remarks = List.copyOf(remarks);
    }

    /** The same under another name. */
    public HostFacts named(String other) {
        return new HostFacts(
                other, proof, vendor, features, models, capacity, virtualMachine, emulated, unknownFlags, remarks);
    }
}
