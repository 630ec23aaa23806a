package io.cpubaseline.evidence;

import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.AbiLevels;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Silicon;
import java.util.Collection;
import java.util.Map;

/** What flags in node-feature-discovery's spelling say about a CPU. */
final class SiliconRules {

    /** Every amd64 node is 64-bit: node-feature-discovery has no flag for it. */
    private static final FeatureSet LONG_MODE = FeatureSet.of("lm");

    /** The levels' table has xsave where the psABI has OSXSAVE. */
    private static final FeatureSet XSAVE = FeatureSet.of("xsave");

    /** The flag by which klauspost/cpuid shows that the kernel has switched XSAVE on: its XSAVE and OSXSAVE are there on every CPU with SSE3. */
    private static final String XSAVE_SWITCHED_ON = "avx";

    /** klauspost/cpuid's name for a vendor that it doesn't know. */
    private static final String NO_VENDOR = "VendorUnknown";

    /** Published beside the CPU's own flags, cumulatively (node-feature-discovery v0.19, source/cpu/cpuid_amd64.go). */
    private static final Map<String, AbiLevel> LEVEL_FLAGS = Map.of(
            "X86_64_V1", AbiLevel.V1,
            "X86_64_V2", AbiLevel.V2,
            "X86_64_V3", AbiLevel.V3,
            "X86_64_V4", AbiLevel.V4);

    private final AbiLevels levels;
    private final FlagNames names;

    SiliconRules(AbiLevels levels, FlagNames names) {
        this.levels = levels;
        this.names = names;
    }

    /** The hardware by the raw flags of a NodeFeature object: all that are set. */
    Silicon complete(Collection<String> flags, String vendor) {
        FeatureSet mapped = names.libvirtNames(flags, known(vendor));
        return mapped.isEmpty() ? Silicon.unknown() : complete(mapped.union(LONG_MODE), known(vendor));
    }

    /** The hardware by {@code cpu-cpuid.*} labels: some of the flags that are set. */
    Silicon partial(Collection<String> flags, String vendor) {
        if (flags.isEmpty() && known(vendor).isEmpty()) {
            return Silicon.unknown();
        }
        AbiLevel proven = AbiLevel.NONE;
        for (String flag : flags) {
            AbiLevel level = LEVEL_FLAGS.getOrDefault(flag, AbiLevel.NONE);
            if (level.atLeast(proven)) {
                proven = level;
            }
        }
        return new Silicon(Silicon.Source.LABELS, names.libvirtNames(flags, known(vendor)), proven, known(vendor));
    }

    private Silicon complete(FeatureSet present, String vendor) {
        FeatureSet usable = present.contains(XSAVE_SWITCHED_ON) ? present.union(XSAVE) : present.minus(XSAVE);
        return new Silicon(Silicon.Source.NODE_FEATURE, present, levels.of(usable), vendor);
    }

    private static String known(String vendor) {
        return vendor.equals(NO_VENDOR) ? "" : vendor;
    }
}
