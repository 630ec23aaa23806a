package io.cpubaseline.pools;

import io.cpubaseline.baseline.Policy;

/**
 * What a split must hold to.
 *
 * @param policy what every pool's baseline is to be like. With {@code vendors: Single} a pool has nodes of one CPU vendor, and those that tell
 *     none are of one of their own
 * @param spare how many nodes a pool may lose and still have one where its guests run; not negative
 */
public record SplitRules(Policy policy, int spare) {

    boolean mixed() {
        return policy.vendors() == Policy.Vendors.Mixed;
    }
}
