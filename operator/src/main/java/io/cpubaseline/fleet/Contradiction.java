package io.cpubaseline.fleet;

import io.cpubaseline.cpu.FeatureSet;
import java.util.Optional;

/** Evidence about a node's CPU that can't all be true: some of it is stale, and nothing of it counts until that is put right. */
public sealed interface Contradiction {

    /**
     * Labels that only QEMU's emulator gives, left from a time without {@code /dev/kvm}.
     *
     * @param old instruction sets that CPUs no longer have
     * @param recent features that no CPU had together with these
     */
    record Emulated(FeatureSet old, FeatureSet recent) implements Contradiction {}

    /**
     * KubeVirt labels another vendor than node-feature-discovery finds.
     *
     * @param labelled KubeVirt's
     * @param hardware node-feature-discovery's
     */
    record Vendors(String labelled, String hardware) implements Contradiction {}

    /**
     * KubeVirt labels instruction sets that the complete NodeFeature lacks.
     *
     * @param missing the flags that it lacks
     */
    record Instructions(FeatureSet missing) implements Contradiction {}

    /**
     * Whether the labels describe another CPU than the node has. Then they limit nothing, not even a first answer: KubeVirt writes others as
     * soon as it looks again.
     */
    default boolean labelsOfAnotherCpu() {
        return !(this instanceof Instructions);
    }

    /**
     * What contradicts what.
     *
     * @param instructions features whose absence in a complete NodeFeature contradicts a KubeVirt label: those of the psABI levels that KVM
     *     doesn't emulate
     * @param old instruction sets that were dropped from CPUs before any of {@code recent} came
     * @param recent features that came later
     */
    record Rules(FeatureSet instructions, FeatureSet old, FeatureSet recent) {

        /** What is wrong with this evidence, the most telling first. */
        Optional<Contradiction> find(CpuEvidence evidence, FeatureSet usable) {
            FeatureSet dropped = usable.intersect(old);
            FeatureSet later = usable.intersect(recent);
            if (!dropped.isEmpty() && !later.isEmpty()) {
                return Optional.of(new Emulated(dropped, later));
            }
            Silicon silicon = evidence.silicon();
            if (!silicon.vendor().isEmpty()
                    && !evidence.labelledVendors().isEmpty()
                    && !evidence.labelledVendors().contains(silicon.vendor())) {
                return Optional.of(new Vendors(String.join(" and ", evidence.labelledVendors()), silicon.vendor()));
            }
            if (silicon.source() != Silicon.Source.NODE_FEATURE) {
                return Optional.empty();
            }
            FeatureSet missing = usable.intersect(instructions).minus(silicon.present());
            return missing.isEmpty() ? Optional.empty() : Optional.of(new Instructions(missing));
        }
    }
}
