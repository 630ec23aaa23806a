package io.cpubaseline.baseline;

import io.cpubaseline.cpu.FeatureSet;

/**
 * What a host-model virtual machine has on a class of nodes and may lose with a named model, by kind.
 *
 * @param nesting nested virtualization
 * @param mitigations controls that a guest's kernel uses against speculative execution
 * @param hardening other protections
 * @param immunity bits that tell a guest's kernel which mitigations it does not need
 */
public record HostModel(FeatureSet nesting, FeatureSet mitigations, FeatureSet hardening, FeatureSet immunity) {

    private static final HostModel NOTHING =
            new HostModel(FeatureSet.empty(), FeatureSet.empty(), FeatureSet.empty(), FeatureSet.empty());

    /** None of it. */
    public static HostModel nothing() {
        return NOTHING;
    }

    /** What is lost where a guest sees only these features. */
    public HostModel minus(FeatureSet guest) {
        return new HostModel(
                nesting.minus(guest), mitigations.minus(guest), hardening.minus(guest), immunity.minus(guest));
    }

    /** What this or the other has. */
    public HostModel and(HostModel other) {
        return new HostModel(
                nesting.union(other.nesting),
                mitigations.union(other.mitigations),
                hardening.union(other.hardening),
                immunity.union(other.immunity));
    }

    /** Whether there is nothing of any kind. */
    public boolean isEmpty() {
        return nesting.isEmpty() && mitigations.isEmpty() && hardening.isEmpty() && immunity.isEmpty();
    }
}
