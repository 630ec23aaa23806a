package io.cpubaseline.catalog;

import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** One flag has many spellings: libvirt's, QEMU's, Linux's and node-feature-discovery's. All of them are found here. */
public final class FlagSpellings {

    private final CpuCatalog catalog;
    private final Map<String, List<Meaning>> byWord = new LinkedHashMap<>();
    private final Map<String, Set<String>> nfd = new HashMap<>();

    /**
     * What a word stands for.
     *
     * @param whose who says so
     * @param features libvirt's names; empty where it stands for no feature that a guest could have
     * @param note why nothing can be concluded from it; empty where something can
     */
    public record Meaning(String whose, FeatureSet features, String note) {}

    /** The spellings of the features of a catalog. */
    public FlagSpellings(CpuCatalog catalog) {
        this.catalog = catalog;
        for (String spelling : catalog.featureSpellings()) {
            catalog.featureName(spelling)
                    .ifPresent(name -> add(spelling, new Meaning("QEMU", FeatureSet.of(name), "")));
        }
        for (Map<String, String> row : Csv.read("linux-flags.csv")) {
            String libvirt = cell(row, "libvirt");
            add(
                    cell(row, "linux"),
                    new Meaning(
                            "Linux", libvirt.isEmpty() ? FeatureSet.empty() : FeatureSet.of(libvirt.split(" ")), ""));
        }
        for (Map<String, String> row : Csv.read("flag-names.csv")) {
            String libvirt = cell(row, "libvirt");
            String word = cell(row, "klauspost");
            boolean certain = Set.of("sure", "ambiguous").contains(cell(row, "confidence")) && !libvirt.isEmpty();
            add(
                    word,
                    new Meaning(
                            "node-feature-discovery",
                            certain ? FeatureSet.of(libvirt) : FeatureSet.empty(),
                            certain ? "" : cell(row, "note")));
            if (certain) {
                nfd.computeIfAbsent(libvirt, name -> new LinkedHashSet<>()).add(word);
                add(cell(row, "qemu"), new Meaning("QEMU", FeatureSet.of(libvirt), ""));
            }
        }
    }

    private void add(String word, Meaning meaning) {
        if (!word.isEmpty()) {
            byWord.computeIfAbsent(word, any -> new ArrayList<>(2)).add(meaning);
        }
    }

    /**
     * What a word stands for; nothing if nobody knows it. libvirt's own name stands for itself alone; of the others that spell a flag
     * so, all are told, as written first, then whatever the case and with hyphens for underscores.
     */
    public List<Meaning> meanings(String word) {
        if (catalog.features().contains(word)) {
            return List.of(new Meaning("libvirt", FeatureSet.of(word), ""));
        }
        List<Meaning> exact = byWord.getOrDefault(word, List.of());
        if (!exact.isEmpty()) {
            return List.copyOf(exact);
        }
        String plain = plain(word);
        return catalog.features().stream()
                .filter(feature -> plain(feature).equals(plain))
                .findFirst()
                .map(feature -> List.of(new Meaning("libvirt", FeatureSet.of(feature), "")))
                .orElseGet(() -> byWord.entrySet().stream()
                        .filter(entry -> plain(entry.getKey()).equals(plain))
                        .flatMap(entry -> entry.getValue().stream())
                        .toList());
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Every spelling that means something, for suggestions. */
    public SortedSet<String> all() {
        SortedSet<String> all = new TreeSet<>(catalog.features().names());
        all.addAll(byWord.keySet());
        return Collections.unmodifiableSortedSet(all);
    }

    /** How others spell a feature, each with its words; those that spell it as libvirt does are left out, and those that have no word for it. */
    public Map<String, List<String>> others(String feature) {
        Map<String, List<String>> others = new LinkedHashMap<>();
        put(others, "QEMU", List.of(QemuNames.of(feature)), feature);
        put(others, "Linux", LinuxFlags.shown(FeatureSet.of(feature)), feature);
        put(others, "node-feature-discovery", List.copyOf(nfd.getOrDefault(feature, Set.of())), feature);
        return others;
    }

    private static void put(Map<String, List<String>> others, String whose, List<String> words, String feature) {
        if (!words.isEmpty() && !words.equals(Arrays.asList(feature))) {
            others.put(whose, words);
        }
    }

    private static String cell(Map<String, String> row, String column) {
        return row.getOrDefault(column, "");
    }
}
