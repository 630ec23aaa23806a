package io.cpubaseline.cpu;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * CPU families: which one a CPU is at least of, by its features, and what a guest's kernel switches on by the family alone. A kernel knows the
 * CPU only as the model shows it.
 */
public final class CpuFamilies {

    private final List<Family> families;

    /**
     * A family of a vendor.
     *
     * @param vendor the vendor
     * @param number the family, as CPUID leaf 1 has it with the extended family added
     * @param shownBy features that no older family of the vendor has
     * @param mitigations what Linux switches on for this family whatever else the CPU shows
     */
    public record Family(String vendor, int number, FeatureSet shownBy, List<String> mitigations) {

        /** Makes the list immutable. */
        public Family {
            mitigations = List.copyOf(mitigations);
        }
    }

    /** These families. */
    public CpuFamilies(List<Family> families) {
        this.families = List.copyOf(families);
    }

    /** All of them. */
    public List<Family> all() {
        return families;
    }

    /** The family that a CPU of this vendor with these features is at least of; 0 if nothing shows it. */
    public int atLeast(String vendor, FeatureSet features) {
        return families.stream()
                .filter(family -> family.vendor().equals(vendor))
                .filter(family -> !family.shownBy().intersect(features).isEmpty())
                .mapToInt(Family::number)
                .max()
                .orElse(0);
    }

    /** What Linux switches on for this vendor's family, and doesn't for another one, sorted; nothing for families that are not known. */
    public Set<String> mitigationsMissedBy(int other, String vendor, int family) {
        Set<String> missed = new TreeSet<>(mitigations(vendor, family));
        missed.removeAll(mitigations(vendor, other));
        return missed;
    }

    private List<String> mitigations(String vendor, int number) {
        return families.stream()
                .filter(family -> family.vendor().equals(vendor) && family.number() == number)
                .flatMap(family -> family.mitigations().stream())
                .toList();
    }
}
