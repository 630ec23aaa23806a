package io.cpubaseline.models;

import io.cpubaseline.cpu.FeatureSet;

/**
 * A CPU model as a QEMU expands it.
 *
 * @param name its name, for example {@code EPYC-Turin-v2}
 * @param aliasOf the versioned model that the name stands for; empty if it is a versioned one itself
 * @param features what a guest gets, by libvirt's names
 * @param cpuidLevel the highest basic CPUID leaf
 * @param cpuFamily the CPU family that a guest sees
 */
record QemuModel(String name, String aliasOf, FeatureSet features, int cpuidLevel, int cpuFamily) {}
