package io.cpubaseline.explain;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import java.util.List;

/**
 * What the answer would be if the fleet were another one.
 *
 * @param what in which way it is another one
 * @param classes the classes that are left out or changed
 * @param features the features that these are given; empty where they are left out
 * @param before the answer now
 * @param after the answer then
 */
public record Gain(What what, List<CpuClass> classes, FeatureSet features, Answer before, Answer after) {

    /** Makes the list immutable. */
    public Gain {
        classes = List.copyOf(classes);
    }

    /** In which way a fleet is another one. */
    public enum What {
        /** These classes are left out. */
        LEFT_OUT,
        /** These classes give these features. */
        GIVEN
    }

    /** Whether nothing of it would be visible to guests. */
    public boolean same() {
        return before.baseline().map(Baseline::revision).equals(after.baseline().map(Baseline::revision))
                && before.baseline().isPresent() == after.baseline().isPresent();
    }

    /** What guests would see beyond what they see now. */
    public FeatureSet gained() {
        return features(after).minus(features(before));
    }

    /** What guests would no longer see. */
    public FeatureSet lost() {
        return features(before).minus(features(after));
    }

    /** How many nodes are left out or changed. */
    public int nodes() {
        return classes.stream().mapToInt(cpuClass -> cpuClass.nodes().size()).sum();
    }

    private static FeatureSet features(Answer answer) {
        return answer.baseline().map(Baseline::guestFeatures).orElse(FeatureSet.empty());
    }
}
