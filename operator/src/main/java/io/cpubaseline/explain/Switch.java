package io.cpubaseline.explain;

import io.cpubaseline.cpu.FeatureSet;

/**
 * What takes a flag from guests.
 *
 * @param feature libvirt's name, which may begin or end with an asterisk
 * @param vendor the node's vendor; empty: any
 * @param proof it counts on CPUs that have one of these; empty: on all
 * @param unless not on CPUs that have one of these
 * @param seen where the flag is missing then
 * @param by who takes it
 * @param sure whether nothing else explains it, or it is one thing to look at
 * @param why what happens, in words
 * @param look a command on the node that tells; may be empty
 * @param remedy what helps
 * @param source where that is said
 */
public record Switch(
        String feature,
        String vendor,
        FeatureSet proof,
        FeatureSet unless,
        Seen seen,
        Lack.By by,
        boolean sure,
        String why,
        String look,
        String remedy,
        String source) {

    /** Where a flag is missing. */
    public enum Seen {
        /** In the CPU's own list. */
        CPUID,
        /** There too, where the operating system has to switch registers on: tools ask for that. */
        OS,
        /** In Linux's list, not in the CPU's. */
        KERNEL,
        /** Only guests go without. */
        GUEST,
        /** Anywhere: KVM makes it, so that no list of the CPU's says anything. */
        ANY
    }

    /** Whether it may be about a feature of a node of this vendor with these features. */
    boolean appliesTo(String wanted, String nodeVendor, FeatureSet has) {
        return Facts.matches(feature, wanted)
                && (vendor.isEmpty() || nodeVendor.isEmpty() && proof.isEmpty() && !sure || vendor.equals(nodeVendor))
                && (proof.isEmpty() || !proof.intersect(has).isEmpty())
                && unless.intersect(has).isEmpty();
    }
}
