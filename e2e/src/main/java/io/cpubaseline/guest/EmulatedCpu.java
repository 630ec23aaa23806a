package io.cpubaseline.guest;

import io.cpubaseline.cpu.FeatureSet;

/**
 * A planned CPU as QEMU emulates it.
 *
 * @param planned what the program chose
 * @param argument the argument of {@code -cpu}
 * @param promised all features that the model and the required features promise
 * @param given those of them that the guest gets
 * @param leftOut those of them that QEMU can't emulate
 * @param ofLevel the features of the level that is promised
 * @param obstacle why it can't be run at all; empty if it can
 */
record EmulatedCpu(
        PlannedCpu planned,
        String argument,
        FeatureSet promised,
        FeatureSet given,
        FeatureSet leftOut,
        FeatureSet ofLevel,
        String obstacle) {

    /** Whether all features of the promised level can be emulated. */
    boolean runs() {
        return obstacle.isEmpty();
    }

    /** The same, but with that vendor's name in CPUID. */
    EmulatedCpu ofVendor(String vendor) {
        return with(planned.named(planned.name() + "-" + vendor), argument + ",vendor=" + vendor);
    }

    /** One that lacks one of the required features, which QEMU must spell as libvirt does. */
    EmulatedCpu lacking(String feature) {
        return with(planned.without(feature), argument.replace("," + feature + "=on", "," + feature + "=off"));
    }

    private EmulatedCpu with(PlannedCpu otherPlan, String otherArgument) {
        return new EmulatedCpu(otherPlan, otherArgument, promised, given, leftOut, ofLevel, obstacle);
    }
}
