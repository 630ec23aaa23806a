package io.cpubaseline.catalog;

import io.cpubaseline.cpu.FeatureSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How {@code /proc/cpuinfo} of a Linux guest names CPU features. */
public final class LinuxFlags {

    /** {@code avx2}, or {@code ibrs+ibpb (synthetic; word 7)}: the kernel has words of its own for some bits. */
    private static final Pattern WORDS = Pattern.compile("(?<words>[a-z0-9_]+(\\+[a-z0-9_]+)*)( \\(synthetic.*)?");

    private LinuxFlags() {}

    /**
     * The words that a guest with these features shows, sorted. Features without a word, such as those that the kernel keeps to itself, are left
     * out: no guest can tell whether it has them.
     *
     * @param features libvirt's names
     */
    public static List<String> shown(FeatureSet features) {
        return features.stream()
                .flatMap(feature -> Shipped.WORDS.getOrDefault(feature, List.of()).stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static final class Shipped {
        private static final Map<String, List<String>> WORDS = load();

        private Shipped() {}

        private static Map<String, List<String>> load() {
            Map<String, List<String>> words = new HashMap<>();
            for (Map<String, String> row : Csv.read("flag-names.csv")) {
                Matcher matcher = LinuxFlags.WORDS.matcher(row.getOrDefault("linux", ""));
                if (matcher.matches()) {
                    words.put(
                            row.getOrDefault("libvirt", ""),
                            Stream.of(matcher.group("words").split("\\+")).toList());
                }
            }
            return words;
        }
    }
}
