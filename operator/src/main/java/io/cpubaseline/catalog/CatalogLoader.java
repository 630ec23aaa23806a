package io.cpubaseline.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.baseline.Selection;
import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.baseline.SelectionRules.Addition;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.baseline.SelectionRules.MissingFeature;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.AbiLevels;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuFamilies;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Loads the tables of models, features and selection rules from the program's own resources (see {@code ORIGIN.md} beside them). */
public final class CatalogLoader {

    private static final int DEFAULT_CPUID_LEVEL = CpuModel.XSAVE_CPUID_LEVEL;

    private final ObjectMapper json = new ObjectMapper();

    private CatalogLoader() {}

    /** Read by whoever is first; the others wait for it. */
    private static final class Shipped {

        static final CpuCatalog CATALOG = new CatalogLoader().loadCatalog();
        static final Selection SELECTION = new Selection(CATALOG, rules(CATALOG));
    }

    /** The CPU models and features, loaded on first use and shared. */
    public static CpuCatalog catalog() {
        return Shipped.CATALOG;
    }

    /** The rules of the selection, for this catalog. */
    public static SelectionRules rules(CpuCatalog catalog) {
        return loadRules(catalog.nonMigratable());
    }

    /** The selection by the program's own tables, loaded on first use and shared. */
    public static Selection selection() {
        return Shipped.SELECTION;
    }

    static InputStream open(String name) {
        InputStream stream = CatalogLoader.class.getResourceAsStream(name);
        if (stream == null) {
            throw new IllegalStateException("the program lacks its table " + name);
        }
        return stream;
    }

    private CpuCatalog loadCatalog() {
        List<CpuModel> models = new ArrayList<>();
        tree("models.json")
                .path("models")
                .properties()
                .forEach(entry -> models.add(model(entry.getKey(), entry.getValue())));

        Map<String, String> names = new HashMap<>();
        List<String> nonMigratable = new ArrayList<>();
        tree("features.json").path("features").properties().forEach(entry -> {
            names.put(entry.getKey(), entry.getKey());
            entry.getValue().path("qemuAliases").forEach(alias -> names.putIfAbsent(alias.asText(), entry.getKey()));
            if (!entry.getValue().path("migratable").asBoolean(true)) {
                nonMigratable.add(entry.getKey());
            }
        });
        return new CpuCatalog(
                version(),
                models,
                names,
                FeatureSet.copyOf(nonMigratable),
                FeatureSet.copyOf(rule(featureRules(), "never-blocks")),
                levels(),
                families());
    }

    private static CpuModel model(String name, JsonNode node) {
        return new CpuModel(
                name,
                node.path("vendor").asText(""),
                node.path("order").asInt(),
                node.path("versioned").asBoolean(),
                text(node, "canonical"),
                text(node, "aliasOf"),
                node.path("libvirt").asBoolean(true),
                node.path("obsolete").asBoolean(),
                features(node.path("features")),
                node.path("cpuFamily").asInt(),
                node.path("cpuidLevel").asInt(DEFAULT_CPUID_LEVEL),
                features(node.path("libvirtRequires")));
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.path(field).isTextual() ? node.path(field).asText() : null;
    }

    private static FeatureSet features(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(name -> names.add(name.asText()));
        return FeatureSet.copyOf(names);
    }

    private static AbiLevels levels() {
        Map<AbiLevel, FeatureSet> added = new EnumMap<>(AbiLevel.class);
        for (Map<String, String> row : Csv.read("abi-levels.csv")) {
            added.put(AbiLevel.parse(cell(row, "level")).orElseThrow(), words(cell(row, "features")));
        }
        return new AbiLevels(added);
    }

    private static CpuFamilies families() {
        return new CpuFamilies(Csv.read("cpu-families.csv").stream()
                .map(row -> new CpuFamilies.Family(
                        cell(row, "vendor"),
                        Integer.parseInt(cell(row, "family")),
                        words(cell(row, "shown-by")),
                        List.of(cell(row, "mitigations").split(" "))))
                .toList());
    }

    private static MissingFeature missingFeature(Map<String, String> row) {
        String vendor = cell(row, "vendor");
        return new MissingFeature(
                cell(row, "feature"),
                vendor.equals("*") ? "" : vendor,
                words(cell(row, "proof")),
                words(cell(row, "unless")),
                cell(row, "mendable").equals("yes"),
                cell(row, "why"));
    }

    private static SelectionRules loadRules(FeatureSet nonMigratable) {
        Map<String, List<String>> byRule = featureRules();
        FeatureSet nestedOfAmd = FeatureSet.copyOf(rule(byRule, "nested-amd"));
        Predicate<String> nested = pattern(rule(byRule, "nested-intel")).or(nestedOfAmd::contains);
        FeatureSet tsx = FeatureSet.copyOf(rule(byRule, "tsx"));
        Predicate<String> neverRequired =
                pattern(rule(byRule, "never-required")).or(nested).or(nonMigratable::contains);
        Predicate<String> notCounted =
                pattern(rule(byRule, "not-counted")).or(nested).or(tsx::contains);
        return new SelectionRules(
                neverRequired,
                nested,
                nestedOfAmd,
                nestedOfAmd.intersect(FlagNames.shipped().vocabulary("AMD")),
                tsx,
                notCounted,
                rule(byRule, "leaf-0xd"),
                pattern(rule(byRule, "needs-xsave")),
                FeatureSet.copyOf(rule(byRule, "kvm-emulated"))
                        .union(FeatureSet.copyOf(rule(byRule, "unnamed-by-nfd"))),
                FeatureSet.copyOf(rule(byRule, "dropped-early")),
                FeatureSet.copyOf(rule(byRule, "came-later")),
                Csv.read("additions.csv").stream().map(CatalogLoader::addition).toList(),
                Csv.read("missing-features.csv").stream()
                        .map(CatalogLoader::missingFeature)
                        .toList());
    }

    private static Map<String, List<String>> featureRules() {
        Map<String, List<String>> byRule = new HashMap<>();
        for (Map<String, String> row : Csv.read("feature-rules.csv")) {
            byRule.computeIfAbsent(cell(row, "rule"), r -> new ArrayList<>()).add(cell(row, "feature"));
        }
        return byRule;
    }

    private static Addition addition(Map<String, String> row) {
        String vendors = cell(row, "vendors");
        return new Addition(
                cell(row, "profile").equals("Level"),
                Group.valueOf(cell(row, "group").toUpperCase(Locale.ROOT)),
                cell(row, "feature"),
                vendors.equals("*") ? Set.of() : Set.of(vendors.split(" ")),
                cell(row, "only"),
                words(cell(row, "requires")));
    }

    private static List<String> rule(Map<String, List<String>> byRule, String name) {
        return List.copyOf(byRule.getOrDefault(name, List.of()));
    }

    /** Names, where a leading or trailing asterisk stands for anything. */
    private static Predicate<String> pattern(List<String> names) {
        FeatureSet exact = FeatureSet.copyOf(
                names.stream().filter(name -> !name.contains("*")).toList());
        List<String> prefixes = names.stream()
                .filter(name -> name.endsWith("*"))
                .map(name -> name.substring(0, name.length() - 1))
                .toList();
        List<String> suffixes = names.stream()
                .filter(name -> name.startsWith("*"))
                .map(name -> name.substring(1))
                .toList();
        return feature -> exact.contains(feature)
                || prefixes.stream().anyMatch(feature::startsWith)
                || suffixes.stream().anyMatch(feature::endsWith);
    }

    private static FeatureSet words(String text) {
        return text.isBlank() ? FeatureSet.empty() : FeatureSet.of(text.trim().split(" +"));
    }

    private static String cell(Map<String, String> row, String column) {
        String cell = row.get(column);
        if (cell == null) {
            throw new IllegalStateException("a table lacks its column " + column);
        }
        return cell;
    }

    /** The version of the tables. */
    public static String version() {
        try (InputStream stream = open("VERSION")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode tree(String name) {
        try (InputStream stream = open(name)) {
            return json.readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException("the program's table " + name + " can't be read", e);
        }
    }
}
