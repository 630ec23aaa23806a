package io.cpubaseline.baseline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Silicon;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The selection again, slow and literal: it reads the tables by itself, writes out every model with every set of features that might be
 * required beside it, throws out what is not possible, and then goes through the order of preference one criterion at a time.
 */
final class SlowSelection {

    private static final List<String> LEVELS = List.of("none", "x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4");
    private static final List<String> LEAF_0XD = List.of("xsaveopt", "xsavec", "xgetbv1");

    /** What klauspost/cpuid has a name for in AMD's leaf of nested virtualization, and svm. */
    private static final Set<String> NAMED_BY_NFD = Set.of(
            "svm",
            "npt",
            "nrip-save",
            "svm-lock",
            "tsc-scale",
            "vmcb-clean",
            "flushbyasid",
            "decodeassists",
            "pause-filter",
            "pfthreshold");

    /** What the selection must find, or nothing. */
    record Found(
            String model,
            SortedMap<String, Purpose> required,
            String level,
            boolean foreign,
            boolean additionsLeftOut) {}

    private record Possibility(String model, Set<String> required, int level) {}

    private final Map<String, JsonNode> models = new LinkedHashMap<>();
    private final Map<String, Set<String>> features = new LinkedHashMap<>();
    private final List<Set<String>> levels = new ArrayList<>();
    private final List<String[]> additions = table("additions.csv");
    private final List<String[]> rules = table("feature-rules.csv");
    private final Set<String> nonMigratable = Set.of("xsaves", "invtsc");
    private final Map<String, Set<String>> libvirtWants = new HashMap<>();
    private final Map<String, Boolean> nested = new HashMap<>();
    private final Map<String, Boolean> neverRequired = new HashMap<>();

    SlowSelection() {
        try (InputStream stream = open("models.json")) {
            new ObjectMapper().readTree(stream).path("models").properties().forEach(entry -> {
                models.put(entry.getKey(), entry.getValue());
                features.put(entry.getKey(), texts(entry.getValue().path("features")));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        levels.add(Set.of());
        for (String[] row : table("abi-levels.csv")) {
            levels.add(union(levels.get(levels.size() - 1), words(row[1])));
        }
    }

    @Nullable
    Found select(Collection<CpuEvidence> nodes, Policy policy) {
        Set<String> labelled = common(nodes.stream()
                .map(node -> (Collection<String>) node.labelledFeatures().names())
                .toList());
        Set<String> counted = common(nodes.stream()
                .map(node -> (Collection<String>) countedAtStart(node))
                .toList());
        Set<String> usable = common(nodes.stream()
                .map(node -> (Collection<String>) node.labelledModels())
                .toList());
        Set<String> vendors = new TreeSet<>();
        nodes.forEach(node -> vendors.add(node.vendor()));
        Set<String> demanded = new TreeSet<>(policy.required().names());
        if (demanded.stream().anyMatch(feature -> neverRequired(feature) || nonMigratable.contains(feature))) {
            return null;
        }

        List<Possibility> possible = new ArrayList<>();
        for (String model : usable) {
            if (models.containsKey(model) && isCandidate(model, usable, policy)) {
                for (Set<String> required : everySetOfRequired(model, demanded)) {
                    if (isPossible(model, required, demanded, labelled, counted, policy)) {
                        int level = guestLevel(model, required);
                        if (level <= LEVELS.indexOf(policy.maximum().label())) {
                            possible.add(new Possibility(model, required, level));
                        }
                    }
                }
            }
        }
        List<Possibility> best = possible;
        best = withLeast(best, possibility -> -possibility.level());
        best = withLeast(best, possibility -> isForeign(possibility.model(), vendors) ? 1 : 0);
        best = withLeast(
                best,
                possibility -> Collections.disjoint(
                                union(features(possibility.model()), possibility.required()), Set.of("hle", "rtm"))
                        ? 0
                        : 1);
        best = withLeast(best, possibility -> possibility.required().size());
        best = withLeast(
                best,
                possibility -> counted.containsAll(libvirtWants(possibility.model()))
                                || !additions(possibility, labelled, vendors, policy)
                                        .containsValue(Purpose.Hardening)
                        ? 0
                        : 1);
        best = withLeast(best, possibility -> -counted(possibility.model()));
        best = withLeast(
                best, possibility -> node(possibility.model()).path("versioned").asBoolean() ? 1 : 0);
        best = withLeast(
                best, possibility -> -node(possibility.model()).path("order").asInt());
        best = withLeast(best, possibility -> (int) LEAF_0XD.stream()
                .takeWhile(feature -> !possibility.required().contains(feature))
                .count());
        if (best.isEmpty()
                || best.get(0).level() < LEVELS.indexOf(policy.minimum().label())) {
            return null;
        }
        return complete(best.get(0), demanded, labelled, counted, vendors, policy);
    }

    private boolean isCandidate(String model, Set<String> usable, Policy policy) {
        JsonNode node = node(model);
        String alias = node.path("aliasOf").asText("");
        String canonical = node.path("canonical").asText("");
        boolean named = policy.modelName() == null ? !usable.contains(alias) : model.equals(policy.modelName());
        boolean excluded = policy.excludedModels().contains(model)
                || policy.excludedModels().contains(alias)
                || policy.excludedModels().contains(canonical);
        Set<String> unwanted = new TreeSet<>(policy.excludedFeatures().names());
        unwanted.remove("mpx");
        return !node.path("obsolete").asBoolean()
                && named
                && !excluded
                && Collections.disjoint(features(model), unwanted);
    }

    private List<Set<String>> everySetOfRequired(String model, Set<String> demanded) {
        List<Set<String>> sets = new ArrayList<>();
        for (Set<String> level : levels) {
            Set<String> required = union(level, demanded);
            if (demanded.stream().anyMatch(feature -> needsState(feature, model))) {
                required.add("xsave");
            }
            required.removeAll(features(model));
            sets.add(required);
            for (String leaf : LEAF_0XD) {
                if (!features(model).contains(leaf)) {
                    sets.add(union(required, Set.of(leaf)));
                }
            }
        }
        return sets;
    }

    private boolean isPossible(
            String model,
            Set<String> required,
            Set<String> demanded,
            Set<String> labelled,
            Set<String> counted,
            Policy policy) {
        if (required.isEmpty()) {
            return true;
        }
        Set<String> beyondTheDemanded = new TreeSet<>(required);
        beyondTheDemanded.removeAll(demanded);
        return labelled.containsAll(required)
                && beyondTheDemanded.stream().noneMatch(this::neverRequired)
                && beyondTheDemanded.stream()
                        .noneMatch(feature -> policy.excludedFeatures().contains(feature))
                && counted.containsAll(libvirtWants(model))
                && (guest(model, required).contains("xsave")
                        || demanded.stream().noneMatch(feature -> needsState(feature, model)));
    }

    /** Whether the feature must be required beside the model, and is of no use without the state of XSAVE. */
    private boolean needsState(String feature, String model) {
        return !features(model).contains(feature) && rule("needs-xsave", feature);
    }

    /** What a guest really has: models of a low CPUID level lose xsave without a feature of leaf 0xD. */
    private Set<String> guest(String model, Set<String> required) {
        Set<String> guest = union(features(model), required);
        boolean lowCpuidLevel = node(model).path("cpuidLevel").asInt(0xD) < 0xD;
        if (lowCpuidLevel && Collections.disjoint(required, LEAF_0XD)) {
            guest.remove("xsave");
        }
        return guest;
    }

    /** What the node gives to guests; on AMD's CPUs what is AMD's own of nested virtualization too, unless the NodeFeature lacks it. */
    private Set<String> countedAtStart(CpuEvidence node) {
        Set<String> counted = new TreeSet<>(node.labelledFeatures().names());
        if (node.vendor().equals("AMD") || node.vendor().equals("Hygon")) {
            boolean complete = node.silicon().source() == Silicon.Source.NODE_FEATURE;
            Set<String> seen = new TreeSet<>(node.silicon().present().names());
            for (String[] row : rules) {
                boolean denied =
                        complete && (!seen.contains("svm") || NAMED_BY_NFD.contains(row[1]) && !seen.contains(row[1]));
                if (row[0].equals("nested-amd") && !denied) {
                    counted.add(row[1]);
                }
            }
        }
        return counted;
    }

    private Set<String> libvirtWants(String model) {
        return libvirtWants.computeIfAbsent(model, this::readLibvirtWants);
    }

    private Set<String> readLibvirtWants(String model) {
        return texts(node(model).path("libvirtRequires"));
    }

    private int guestLevel(String model, Set<String> required) {
        Set<String> guest = guest(model, required);
        int level = 0;
        while (level + 1 < levels.size() && guest.containsAll(levels.get(level + 1))) {
            level++;
        }
        return level;
    }

    private boolean isForeign(String model, Set<String> vendors) {
        List<String> known =
                vendors.stream().filter(vendor -> !vendor.isEmpty()).toList();
        String only = known.size() == 1 ? known.get(0) : "";
        return !only.isEmpty() && !words(node(model).path("vendor").asText("")).contains(only);
    }

    private int counted(String model) {
        return (int) features(model).stream()
                .filter(feature -> !nested(feature))
                .filter(feature -> !Set.of("hle", "rtm", "mpx").contains(feature))
                .count();
    }

    private Found complete(
            Possibility best,
            Set<String> demanded,
            Set<String> labelled,
            Set<String> counted,
            Set<String> vendors,
            Policy policy) {
        SortedMap<String, Purpose> required = new TreeMap<>();
        Set<String> forPolicy = new TreeSet<>(demanded);
        if (demanded.stream().anyMatch(feature -> needsState(feature, best.model()))) {
            forPolicy.add("xsave");
            forPolicy.addAll(LEAF_0XD);
        }
        for (String feature : best.required()) {
            required.put(feature, forPolicy.contains(feature) ? Purpose.Policy : Purpose.Level);
        }
        SortedMap<String, Purpose> added = additions(best, labelled, vendors, policy);
        boolean accepted = counted.containsAll(libvirtWants(best.model()));
        if (accepted) {
            required.putAll(added);
        }
        return new Found(
                best.model(),
                required,
                LEVELS.get(best.level()),
                isForeign(best.model(), vendors),
                !accepted && !added.isEmpty());
    }

    private SortedMap<String, Purpose> additions(
            Possibility chosen, Set<String> labelled, Set<String> vendors, Policy policy) {
        SortedMap<String, Purpose> added = new TreeMap<>();
        for (String[] row : additions) {
            String feature = row[2];
            boolean immunity = row[1].equals("immunity");
            Set<String> guest = union(union(features(chosen.model()), chosen.required()), added.keySet());
            if ((row[0].equals("Level") || policy.profile() == Policy.Profile.Performance)
                    && (row[3].equals("*") || !Collections.disjoint(words(row[3]), vendors))
                    && (row[4].isEmpty() || vendors.equals(Set.of(row[4])))
                    && labelled.contains(feature)
                    && !policy.excludedFeatures().contains(feature)
                    && (immunity || !neverRequired(feature))
                    && !guest.contains(feature)
                    && guest.containsAll(words(row[5]))) {
                boolean hardening = row[1].equals("mitigation") || row[1].equals("hardening");
                added.put(feature, hardening ? Purpose.Hardening : Purpose.Performance);
            }
        }
        return added;
    }

    private static List<Possibility> withLeast(List<Possibility> possible, ToIntFunction<Possibility> criterion) {
        int least = possible.stream().mapToInt(criterion).min().orElse(0);
        return possible.stream()
                .filter(possibility -> criterion.applyAsInt(possibility) == least)
                .sorted(Comparator.comparing(Possibility::model))
                .toList();
    }

    private boolean neverRequired(String feature) {
        return neverRequired.computeIfAbsent(
                feature, f -> nested(f) || nonMigratable.contains(f) || rule("never-required", f));
    }

    private boolean nested(String feature) {
        return nested.computeIfAbsent(feature, f -> rule("nested-intel", f) || rule("nested-amd", f));
    }

    private boolean rule(String rule, String feature) {
        Predicate<String> matches = pattern -> pattern.endsWith("*")
                ? feature.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.startsWith("*") ? feature.endsWith(pattern.substring(1)) : feature.equals(pattern);
        return rules.stream().anyMatch(row -> row[0].equals(rule) && matches.test(row[1]));
    }

    private JsonNode node(String model) {
        return Objects.requireNonNull(models.get(model));
    }

    private Set<String> features(String model) {
        return Objects.requireNonNull(features.get(model));
    }

    private static Set<String> common(List<Collection<String>> sets) {
        Set<String> common = new TreeSet<>(sets.get(0));
        sets.forEach(common::retainAll);
        return common;
    }

    private static Set<String> union(Collection<String> one, Collection<String> other) {
        Set<String> union = new TreeSet<>(one);
        union.addAll(other);
        return union;
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new TreeSet<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Set<String> words(String text) {
        Set<String> words = new TreeSet<>(List.of(text.split(" ", -1)));
        words.remove("");
        return words;
    }

    /** These tables have no quoted cells. */
    private static List<String[]> table(String name) {
        try (var reader = new BufferedReader(new InputStreamReader(open(name), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .skip(1)
                    .map(line -> line.split(",", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(SlowSelection.class.getResourceAsStream("/io/cpubaseline/catalog/" + name), name);
    }
}
