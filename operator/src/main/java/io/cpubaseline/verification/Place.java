package io.cpubaseline.verification;

/**
 * A node that the baseline selects, as a place for its guests.
 *
 * @param node its name
 * @param vendor the CPU vendor that KubeVirt labels it with; empty if it has no such label
 * @param obstacle what keeps guests off it, in words; empty if nothing does
 */
public record Place(String node, String vendor, String obstacle) {}
