package io.cpubaseline.baseline;

import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Silicon;
import java.util.Set;

/**
 * What libvirt counts as a host's when it compares a model with required features by its own map: what a guest can be given, and the
 * physical CPU's features beside it (measured with libvirt 9.0, 11.3 and 12.9).
 *
 * <p>So kvm_amd's {@code nested=0}, which takes {@code svm} and its kin from the labels, costs no model. KVM itself needs {@code svm}, so
 * every node of AMD or Hygon that runs KVM has it, and a node that can give a model to guests is of a generation with that model's kin.
 */
final class StartCheck {

    /** Hygon's CPUs are AMD's design. */
    private static final Set<String> VENDORS = Set.of("AMD", "Hygon");

    private final FeatureSet ofAmd;
    private final FeatureSet namedByNfd;

    /** A check by these rules. */
    StartCheck(SelectionRules rules) {
        this.ofAmd = rules.nestedOfAmd();
        this.namedByNfd = rules.nestedNamedByNfd();
    }

    /** The features that libvirt finds on a node that runs KVM. */
    FeatureSet counted(CpuEvidence evidence) {
        return VENDORS.contains(evidence.vendor())
                ? evidence.labelledFeatures().union(ofAmd.minus(denied(evidence.silicon())))
                : evidence.labelledFeatures();
    }

    /** What complete flags say that the CPU lacks, as on a node that is itself a virtual machine; without {@code svm} all of it. */
    private FeatureSet denied(Silicon silicon) {
        if (silicon.source() != Silicon.Source.NODE_FEATURE && silicon.source() != Silicon.Source.HARDWARE) {
            return FeatureSet.empty();
        }
        FeatureSet missing = namedByNfd.minus(silicon.present());
        return missing.contains("svm") ? ofAmd : missing;
    }
}
