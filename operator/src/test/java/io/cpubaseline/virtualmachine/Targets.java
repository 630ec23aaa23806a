package io.cpubaseline.virtualmachine;

import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;

/** What baselines want, for tests. */
public final class Targets {

    /** When they were pinned, in seconds since 1970. */
    public static final long PINNED = 1_767_225_600;

    private Targets() {}

    /** Of several vendors; guests have the required features and nothing else that is known. */
    public static Target mixed(String baseline, String model, String... required) {
        return of(baseline, "", model, required);
    }

    /** Of one vendor. */
    public static Target of(String baseline, String vendor, String model, String... required) {
        FeatureSet features = FeatureSet.of(required);
        return new Target(
                baseline,
                new OwnedFields(
                        model,
                        features.stream()
                                .map(name -> new Feature(name, "require"))
                                .toList(),
                        vendor,
                        baseline,
                        model + "-0123456789"),
                features,
                features,
                PINNED,
                true);
    }

    /** The same, where guests also have these features, from the model. */
    public static Target withGuest(Target target, String... ofModel) {
        return new Target(
                target.baseline(),
                target.fields(),
                target.required(),
                target.required().union(FeatureSet.of(ofModel)),
                target.pinned(),
                target.vendorKnown());
    }

    /** The same before it is decided which vendor it is. */
    public static Target undecided(Target target) {
        return new Target(
                target.baseline(),
                target.fields().withVendor(""),
                target.required(),
                target.guest(),
                target.pinned(),
                false);
    }
}
