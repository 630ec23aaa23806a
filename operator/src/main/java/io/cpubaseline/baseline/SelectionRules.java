package io.cpubaseline.baseline;

import io.cpubaseline.cpu.FeatureSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The tables that steer the selection: which features play a role of their own, and which are added beyond the level.
 *
 * @param neverRequired features that are never put on top of a model; nested and non-migratable ones included
 * @param nested features of nested virtualization
 * @param nestedOfAmd those of AMD's CPUs: libvirt finds them in the physical CPU, labelled or not
 * @param nestedNamedByNfd those of AMD's that node-feature-discovery has a word for: only their absence in a complete NodeFeature says anything
 * @param tsx Intel TSX ({@code hle}, {@code rtm})
 * @param notCounted features left out when models are compared by size; nested ones and TSX included
 * @param leaf0xD features of CPUID leaf 0xD, the preferred one first
 * @param needsXsaveState features that a guest can use only with XSAVE's state: AVX and what is above it
 * @param neverContradicted features whose absence in a complete NodeFeature says nothing: KVM emulates them, or node-feature-discovery has
 *     no word for them
 * @param droppedEarly instruction sets that CPUs lost before they got any of {@code cameLater}: only an emulator has both
 * @param cameLater features that no CPU had together with {@code droppedEarly}
 * @param additions what to add beyond the level, in this order
 * @param missing why a node may lack a feature though its CPU could have it; the first that applies counts
 */
public record SelectionRules(
        Predicate<String> neverRequired,
        Predicate<String> nested,
        FeatureSet nestedOfAmd,
        FeatureSet nestedNamedByNfd,
        FeatureSet tsx,
        Predicate<String> notCounted,
        List<String> leaf0xD,
        Predicate<String> needsXsaveState,
        FeatureSet neverContradicted,
        FeatureSet droppedEarly,
        FeatureSet cameLater,
        List<Addition> additions,
        List<MissingFeature> missing) {

    /** What an addition is good for. */
    public enum Group {
        MITIGATION,
        HARDENING,
        INSTRUCTIONS,
        IMMUNITY
    }

    /**
     * One feature that is required beyond the level.
     *
     * @param everyProfile whether it counts in profile {@code Level} too
     * @param group what it is good for
     * @param feature libvirt's name
     * @param vendors the entry counts where one of these is in the fleet; empty: always
     * @param onlyVendor the fleet must have no other vendor than this; empty: no such rule
     * @param requires what the guest must have besides
     */
    public record Addition(
            boolean everyProfile,
            Group group,
            String feature,
            Set<String> vendors,
            String onlyVendor,
            FeatureSet requires) {

        /** Whether the entry counts in a fleet of these vendors. */
        public boolean appliesTo(Set<String> fleetVendors) {
            boolean present = vendors.isEmpty() || !Collections.disjoint(vendors, fleetVendors);
            return present && (onlyVendor.isEmpty() || fleetVendors.equals(Set.of(onlyVendor)));
        }
    }

    /**
     * Why a node may lack a feature though its CPU has it or could have it.
     *
     * @param feature the feature that is missing
     * @param vendor the node's vendor; empty: any
     * @param proof the CPU is new enough if it has one of these; empty: any is
     * @param unless features with one of which the CPU needs no such feature
     * @param mendable whether something can be done about it
     * @param why who took it, and what helps, in words
     */
    public record MissingFeature(
            String feature, String vendor, FeatureSet proof, FeatureSet unless, boolean mendable, String why) {

        /** Whether it applies to a node of this vendor with these features. */
        boolean appliesTo(String nodeVendor, FeatureSet has) {
            return (vendor.isEmpty() || vendor.equals(nodeVendor))
                    && (proof.isEmpty() || !proof.intersect(has).isEmpty())
                    && unless.intersect(has).isEmpty();
        }
    }

    /** The features of CPUID leaf 0xD as a set. */
    public FeatureSet leaf0xDSet() {
        return FeatureSet.copyOf(leaf0xD);
    }

    /** The added features of one group that mean something on a CPU of that vendor; on one of an unknown vendor all may. */
    public FeatureSet group(Group group, String vendor) {
        return FeatureSet.copyOf(additions.stream()
                .filter(addition -> addition.group() == group)
                .filter(addition -> vendor.isEmpty()
                        || addition.vendors().isEmpty()
                        || addition.vendors().contains(vendor))
                .map(Addition::feature)
                .toList());
    }

    /** The added features of one group, whatever the vendor. */
    public FeatureSet group(Group group) {
        return FeatureSet.copyOf(additions.stream()
                .filter(addition -> addition.group() == group)
                .map(Addition::feature)
                .toList());
    }
}
