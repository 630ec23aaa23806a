package io.cpubaseline.cpu;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A named CPU model as QEMU really defines it.
 *
 * @param name libvirt's name, which KubeVirt uses in labels and in {@code spec.domain.cpu.model}
 * @param vendor {@code Intel}, {@code AMD}, {@code Hygon} …; empty for generic models
 * @param order position in libvirt's index; a higher number is a newer model
 * @param versioned whether the name ends in a version ({@code -v2})
 * @param canonical the versioned name that this unversioned one stands for, if any
 * @param aliasOf the unversioned name that stands for this version, if any
 * @param namedByLibvirt whether libvirt's map has a model of that name: KubeVirt labels nodes with no other
 * @param obsolete whether KubeVirt's default {@code obsoleteCPUModels} has it
 * @param features what a guest gets with it
 * @param cpuFamily the CPU family that a guest sees, by which its kernel decides what it does; 0 if not known
 * @param cpuidLevel the model's CPUID level; QEMU takes {@code xsave}, and with it AVX, from models under {@link #XSAVE_CPUID_LEVEL}
 *     unless a feature of leaf 0xD is asked for
 * @param libvirtRequires features that libvirt's own map has in the model and QEMU turns off: with any extra feature libvirt wants
 *     them on the host; {@code vmx-*} stands for those of Intel's nested virtualization, which no label proves
 */
public record CpuModel(
        String name,
        String vendor,
        int order,
        boolean versioned,
        @Nullable String canonical,
        @Nullable String aliasOf,
        boolean namedByLibvirt,
        boolean obsolete,
        FeatureSet features,
        int cpuFamily,
        int cpuidLevel,
        FeatureSet libvirtRequires) {

    /** CPUID leaf 0xD describes the XSAVE state; models that stop below it can't offer it (QEMU, {@code x86_cpu_expand_features}). */
    public static final int XSAVE_CPUID_LEVEL = 0xD;

    /** Whether the guest loses {@code xsave}, and so AVX, unless a feature of leaf 0xD is required beside the model. */
    public boolean losesXsave() {
        return cpuidLevel < XSAVE_CPUID_LEVEL;
    }

    /** Whose CPUs these are: several vendors may share a design; a generic model is of nobody, which is the empty string. */
    public Set<String> vendors() {
        return Set.of(vendor.split(" "));
    }

    /** The name under which alias and version are one model: the unversioned one where there is one. */
    public String family() {
        return aliasOf != null ? aliasOf : name;
    }
}
