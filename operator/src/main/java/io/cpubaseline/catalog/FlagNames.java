package io.cpubaseline.catalog;

import io.cpubaseline.cpu.FeatureSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Translates CPU flags from the spelling of node-feature-discovery (which is klauspost/cpuid's: {@code SSE42}, {@code LZCNT}) to
 * libvirt's ({@code sse4.2}, {@code abm}).
 *
 * <p>Only what is certain is translated. A flag that klauspost reads from the wrong bit, never sets, makes up, or that says something
 * about the host rather than its CPU has no libvirt name here. A flag that stands for one bit on Intel and another on AMD is resolved
 * by the vendor, and dropped without one. The table {@code flag-names.csv} says why, row by row.
 */
public final class FlagNames {

    private static final String CERTAIN = "sure";
    private static final String BY_VENDOR = "ambiguous";

    private static final Set<String> INTEL = Set.of("Intel");
    /** Hygon's CPUs are AMD's design and use AMD's bits. */
    private static final Set<String> AMD = Set.of("AMD", "Hygon");

    private final Map<String, List<Meaning>> meanings;

    /** One bit that a flag may stand for: libvirt's name, and for which vendors; without vendors, for all. */
    private record Meaning(String libvirt, Set<String> vendors) {}

    private FlagNames(Map<String, List<Meaning>> meanings) {
        this.meanings = meanings;
    }

    /** The names of the shipped catalog, loaded on first use and shared. */
    public static FlagNames shipped() {
        return Shipped.NAMES;
    }

    /**
     * libvirt's name of a flag.
     *
     * @param flag a flag as node-feature-discovery spells it; case matters
     * @param vendor {@code Intel}, {@code AMD}, {@code Hygon} …; anything else, empty included, leaves ambiguous flags untranslated
     */
    public Optional<String> libvirtName(String flag, String vendor) {
        for (Meaning meaning : meanings.getOrDefault(flag, List.of())) {
            if (meaning.vendors().isEmpty() || meaning.vendors().contains(vendor)) {
                return Optional.of(meaning.libvirt());
            }
        }
        return Optional.empty();
    }

    /** libvirt's names of those of the flags that have one; see {@link #libvirtName}. */
    public FeatureSet libvirtNames(Collection<String> flags, String vendor) {
        List<String> names = new ArrayList<>(flags.size());
        for (String flag : flags) {
            libvirtName(flag, vendor).ifPresent(names::add);
        }
        return FeatureSet.copyOf(names);
    }

    /** All of libvirt's names that some flag stands for on a CPU of this vendor. */
    public FeatureSet vocabulary(String vendor) {
        return libvirtNames(meanings.keySet(), vendor);
    }

    private static FlagNames load() {
        Map<String, List<Meaning>> meanings = new HashMap<>();
        for (Map<String, String> row : Csv.read("flag-names.csv")) {
            String libvirt = cell(row, "libvirt");
            String confidence = cell(row, "confidence");
            if (!libvirt.isEmpty() && (confidence.equals(CERTAIN) || confidence.equals(BY_VENDOR))) {
                Set<String> vendors = confidence.equals(CERTAIN) ? Set.of() : vendors(cell(row, "cpuid_leaf_reg_bit"));
                meanings.computeIfAbsent(cell(row, "klauspost"), flag -> new ArrayList<>(1))
                        .add(new Meaning(libvirt, vendors));
            }
        }
        return new FlagNames(meanings);
    }

    /** CPUID's extended leaves are AMD's to define, the basic ones Intel's. */
    private static Set<String> vendors(String leaf) {
        return leaf.startsWith("8000") ? AMD : INTEL;
    }

    private static String cell(Map<String, String> row, String column) {
        return row.getOrDefault(column, "");
    }

    private static final class Shipped {
        private static final FlagNames NAMES = load();

        private Shipped() {}
    }
}
