package io.cpubaseline.catalog;

import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the CPU of a host lets its KVM give to guests, as far as the host's own words tell: the flags of its Linux, or libvirt's name of the CPU. It is
 * an expectation, never proof: the kernel, its parameters and QEMU decide what a guest really gets.
 */
public final class HostFlags {

    private static final String ARCH_CAPABILITIES = "arch-capabilities";

    private final Map<String, List<Meaning>> meanings = new HashMap<>();
    private final FeatureSet notGiven;
    private final FeatureSet given;
    private final FeatureSet presumed;
    private final FeatureSet ofArchCapabilities;
    private final FeatureSet leftOutByLibvirt;
    private final Map<String, FeatureSet> lacking = new HashMap<>();

    /**
     * What a word stands for.
     *
     * @param vendors on which vendors' CPUs; empty: on all
     * @param with another word that must be there, or, behind an exclamation mark, must not; empty: none
     */
    private record Meaning(Set<String> vendors, String with, FeatureSet features) {

        boolean appliesTo(String vendor, Set<String> words) {
            boolean accompanied =
                    with.startsWith("!") ? !words.contains(with.substring(1)) : with.isEmpty() || words.contains(with);
            return accompanied && (vendors.isEmpty() || vendors.contains(vendor));
        }
    }

    /**
     * What flags say.
     *
     * @param features the features that they stand for, by libvirt's names
     * @param unknown flags that this program has never heard of
     */
    public record Reading(FeatureSet features, SortedSet<String> unknown) {}

    private HostFlags() {
        for (Map<String, String> row : Csv.read("linux-flags.csv")) {
            meanings.computeIfAbsent(row.getOrDefault("linux", ""), word -> new ArrayList<>(1))
                    .add(new Meaning(
                            Set.copyOf(words(row, "vendors")),
                            row.getOrDefault("with", ""),
                            FeatureSet.copyOf(words(row, "libvirt"))));
        }
        Map<String, List<String>> rules = new HashMap<>();
        for (Map<String, String> row : Csv.read("host-rules.csv")) {
            rules.computeIfAbsent(row.getOrDefault("rule", ""), rule -> new ArrayList<>())
                    .add(row.getOrDefault("feature", ""));
        }
        notGiven = rule(rules, "not-given-by-kvm");
        given = rule(rules, "given-by-kvm");
        presumed = rule(rules, "presumed");
        ofArchCapabilities = rule(rules, "presumed-with-arch-capabilities");
        leftOutByLibvirt = rule(rules, "left-out-by-libvirt");
        for (Map<String, String> row : Csv.read("libvirt-models.csv")) {
            lacking.put(row.getOrDefault("model", ""), FeatureSet.copyOf(words(row, "lacks")));
        }
    }

    /** The rules of the shipped catalog, loaded on first use and shared. */
    public static HostFlags shipped() {
        return Shipped.FLAGS;
    }

    /**
     * What flags stand for.
     *
     * @param words the words of {@code flags} in {@code /proc/cpuinfo}, or of {@code Flags:} of {@code lscpu}
     * @param vendor {@code Intel}, {@code AMD}, {@code Hygon} …; a flag that means one thing on one vendor's CPUs and another on others is left out
     *     where it is none of these
     */
    public Reading read(Set<String> words, String vendor) {
        Set<String> features = new HashSet<>();
        SortedSet<String> unknown = new TreeSet<>();
        for (String word : words) {
            List<Meaning> all = meanings.get(word);
            if (all == null) {
                unknown.add(word);
                continue;
            }
            for (Meaning meaning : all) {
                if (meaning.appliesTo(vendor, words)) {
                    features.addAll(meaning.features().names());
                }
            }
        }
        return new Reading(FeatureSet.copyOf(features), unknown);
    }

    /** Those of a host's features that KVM gives to guests. */
    public FeatureSet givenOf(FeatureSet features) {
        return features.minus(notGiven);
    }

    /** What a model needs of the host's own features to be expected there: all but what KVM gives by itself and what no flag could deny. */
    public FeatureSet neededFor(CpuModel model, FeatureSet ofHost) {
        FeatureSet needed = model.features().minus(given).minus(presumed);
        return ofHost.contains(ARCH_CAPABILITIES) ? needed.minus(ofArchCapabilities) : needed;
    }

    /**
     * The features that a CPU has to which libvirt gives a model's name: its own map has fewer of them in some models than QEMU, and more in others.
     */
    public FeatureSet namedByLibvirt(CpuModel model) {
        return model.features()
                .minus(leftOutByLibvirt)
                .minus(lacking.getOrDefault(model.name(), FeatureSet.empty()))
                .union(model.libvirtRequires());
    }

    private static FeatureSet rule(Map<String, List<String>> rules, String name) {
        return FeatureSet.copyOf(rules.getOrDefault(name, List.of()));
    }

    private static List<String> words(Map<String, String> row, String column) {
        String cell = row.getOrDefault(column, "");
        return cell.isEmpty() ? List.of() : List.of(cell.split(" "));
    }

    private static final class Shipped {
        private static final HostFlags FLAGS = new HostFlags();

        private Shipped() {}
    }
}
