package io.cpubaseline.catalog;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.explain.Facts;
import io.cpubaseline.explain.Lack;
import io.cpubaseline.explain.Switch;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Loads what is known of flags, models and levels beside the tables that decide: each row names its source. */
public final class FactTables {

    private FactTables() {}

    /** The program's own tables. */
    public static Facts shipped() {
        return new Facts(
                Csv.read("flag-facts.csv").stream()
                        .map(row -> new Facts.FlagFact(
                                cell(row, "feature"), cell(row, "what"), cell(row, "note"), cell(row, "source")))
                        .toList(),
                Csv.read("flag-switches.csv").stream().map(FactTables::switchOf).toList(),
                uses(),
                Csv.read("workload-losses.csv").stream()
                        .map(row -> new Facts.WorkloadLoss(
                                words(row, "features"),
                                AbiLevel.parse(cell(row, "level")).orElse(AbiLevel.NONE),
                                cell(row, "workload"),
                                cell(row, "loses"),
                                cell(row, "source")))
                        .toList(),
                years(),
                Csv.read("missing-features.csv").stream()
                        .map(row -> new Facts.MissingSource(
                                cell(row, "why"), constant(Lack.By.class, row, "by"), cell(row, "source")))
                        .distinct()
                        .toList(),
                Stream.of("feature-rules.csv", "host-rules.csv")
                        .flatMap(table -> Csv.read(table).stream())
                        .map(row -> new Facts.Role(cell(row, "rule"), cell(row, "feature"), cell(row, "why")))
                        .toList(),
                vocabularies());
    }

    private static List<Facts.LevelUse> uses() {
        Stream<Facts.LevelUse> guests = Csv.read("guests.csv").stream()
                .map(row -> new Facts.LevelUse(
                        AbiLevel.parse(cell(row, "level")).orElseThrow(),
                        "system",
                        cell(row, "guest"),
                        "needs",
                        "",
                        cell(row, "source")));
        Stream<Facts.LevelUse> others = Csv.read("level-uses.csv").stream()
                .map(row -> new Facts.LevelUse(
                        AbiLevel.parse(cell(row, "level")).orElseThrow(),
                        cell(row, "kind"),
                        cell(row, "who"),
                        cell(row, "how"),
                        cell(row, "words"),
                        cell(row, "source")));
        return Stream.concat(guests, others)
                .sorted(Comparator.comparing(Facts.LevelUse::level))
                .toList();
    }

    private static Map<String, Facts.ModelYear> years() {
        return Csv.read("model-years.csv").stream()
                .collect(Collectors.toMap(
                        row -> cell(row, "model"),
                        row -> new Facts.ModelYear(
                                cell(row, "cpu"), Integer.parseInt(cell(row, "year")), cell(row, "source"))));
    }

    private static Switch switchOf(Map<String, String> row) {
        String vendor = cell(row, "vendor");
        return new Switch(
                cell(row, "feature"),
                vendor.equals("*") ? "" : vendor,
                words(row, "proof"),
                words(row, "unless"),
                constant(Switch.Seen.class, row, "seen"),
                constant(Lack.By.class, row, "by"),
                cell(row, "sure").equals("yes"),
                cell(row, "why"),
                cell(row, "look"),
                cell(row, "remedy"),
                cell(row, "source"));
    }

    private static Facts.Vocabularies vocabularies() {
        Set<String> labels = Csv.read("flag-names.csv").stream()
                .filter(row -> cell(row, "nfd_label_default").equals("yes"))
                .map(row -> cell(row, "klauspost"))
                .collect(Collectors.toSet());
        FlagNames names = FlagNames.shipped();
        Map<String, FeatureSet> all = new ConcurrentHashMap<>();
        Map<String, FeatureSet> labelled = new ConcurrentHashMap<>();
        return new Facts.Vocabularies(
                vendor -> all.computeIfAbsent(vendor, names::vocabulary),
                vendor -> labelled.computeIfAbsent(vendor, same -> names.libvirtNames(labels, same)),
                Csv.read("linux-flags.csv").stream()
                        .map(row -> words(row, "libvirt"))
                        .reduce(FeatureSet.empty(), FeatureSet::union));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, Map<String, String> row, String column) {
        return Enum.valueOf(type, cell(row, column).toUpperCase(Locale.ROOT));
    }

    private static FeatureSet words(Map<String, String> row, String column) {
        String cell = cell(row, column);
        return cell.isEmpty() ? FeatureSet.empty() : FeatureSet.copyOf(Arrays.asList(cell.split(" +")));
    }

    private static String cell(Map<String, String> row, String column) {
        return row.getOrDefault(column, "");
    }
}
