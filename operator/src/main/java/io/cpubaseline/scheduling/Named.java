package io.cpubaseline.scheduling;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists as people write them: the first few, and how many more. */
final class Named {

    private static final int FEW = 3;

    private Named() {}

    static String few(List<String> names) {
        return names.size() <= FEW
                ? String.join(", ", names)
                : "%s and %d more".formatted(String.join(", ", names.subList(0, FEW)), names.size() - FEW);
    }

    /** What there is, with how often, the most frequent first: {@code q35 (5), pc-q35-9.6 (2)}. */
    static String counted(Stream<String> found) {
        Map<String, Long> counts =
                found.collect(Collectors.groupingBy(one -> one, TreeMap::new, Collectors.counting()));
        return few(counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> "%s (%d)".formatted(entry.getKey(), entry.getValue()))
                .toList());
    }
}
