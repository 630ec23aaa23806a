package io.cpubaseline.baseline;

import static java.util.stream.Collectors.toMap;

import io.cpubaseline.Fleets;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A fleet and a policy drawn from a seed: real hosts, and hosts made from them by taking features away or adding some, by a hypervisor between, by an old labeller
 * that names few features, by obsolete models, by missing and doubled vendor labels, by models of tomorrow.
 */
record RandomFleet(long seed, List<NodeCpu> nodes, Policy policy) {

    static final String MODEL_OF_TOMORROW = "TomorrowLake";

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();
    private static final SelectionRules RULES = CatalogLoader.rules(CATALOG);

    /** Features that decide something: those of levels, additions, and what libvirt asks for. */
    private static final List<String> DECISIVE = Stream.of(
                    CATALOG.levels().all().names(),
                    RULES.additions().stream()
                            .map(SelectionRules.Addition::feature)
                            .toList(),
                    RULES.leaf0xD(),
                    List.of("svm", "npt", "nrip-save", "svme-addr-chk", "vnmi", "hle", "rtm", "topoext", "invtsc"))
            .flatMap(Collection::stream)
            .distinct()
            .toList();

    private static final List<String> HOSTS = hosts();
    private static final List<CpuModel> CURRENT =
            CATALOG.models().stream().filter(model -> !model.obsolete()).toList();

    /** What a host needs for a model: not what never blocks one. */
    private static final Map<String, FeatureSet> NEEDED = CURRENT.stream()
            .collect(toMap(CpuModel::name, model -> model.features().minus(CATALOG.neverBlocks())));

    /** The names of the 42 real hosts. */
    private static List<String> hosts() {
        Pattern node = Pattern.compile("\"node\": *\"([^\"]+)\"");
        try (var reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(RandomFleet.class.getResourceAsStream("/reference/hosts.jsonl")),
                StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(node::matcher)
                    .filter(Matcher::find)
                    .map(matcher -> matcher.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fleets of the seeds from 0. */
    static List<RandomFleet> some(int count) {
        return IntStream.range(0, count).mapToObj(RandomFleet::of).toList();
    }

    static RandomFleet of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int size = 1 + random.nextInt(5);
        List<NodeCpu> nodes = new ArrayList<>();
        boolean tomorrow = chance(random, 10);
        for (int i = 0; i < size; i++) {
            nodes.add(NodeCpu.healthy("node-" + i, evidence(random, tomorrow)));
        }
        return new RandomFleet(seed, List.copyOf(nodes), policy(random));
    }

    /** Another node from the same world. */
    NodeCpu newcomer() {
        return NodeCpu.healthy("newcomer", evidence(new SplittableRandom(~seed), false));
    }

    List<CpuClass> classes() {
        return classes(nodes);
    }

    static List<CpuClass> classes(List<NodeCpu> nodes) {
        Map<CpuEvidence, List<NodeCpu>> byEvidence = new LinkedHashMap<>();
        nodes.forEach(node -> byEvidence
                .computeIfAbsent(node.evidence(), e -> new ArrayList<>())
                .add(node));
        return byEvidence.entrySet().stream()
                .map(entry -> CpuClass.of(entry.getKey(), entry.getValue(), CATALOG))
                .toList();
    }

    /** The same fleet under another policy. */
    RandomFleet under(PolicyBuilder other) {
        return new RandomFleet(seed, nodes, other.build());
    }

    @Override
    public String toString() {
        return "seed " + seed;
    }

    private static CpuEvidence evidence(SplittableRandom random, boolean tomorrow) {
        CpuEvidence host = Fleets.host(pick(random, HOSTS));
        FeatureSet features = host.labelledFeatures();
        SortedSet<String> models = new TreeSet<>(host.labelledModels());
        if (chance(random, 30)) {
            features = features.union(some(random, DECISIVE, 1 + random.nextInt(30)));
            addUsable(models, features);
        }
        if (chance(random, 40)) {
            features = features.minus(some(random, DECISIVE, 1 + random.nextInt(3)));
            removeUnusable(models, features);
        }
        if (chance(random, 10)) {
            features = features.minus(some(random, features.names(), 20));
        }
        if (chance(random, 15)) {
            models.removeIf(model -> chance(random, 40));
        }
        if (tomorrow) {
            models.add(MODEL_OF_TOMORROW);
        }
        return new CpuEvidence(features, models, vendors(random, host), silicon(random, features));
    }

    /** Mostly nothing; sometimes a NodeFeature of a CPU that has what is labelled and, as on AMD's, more than nested virtualization gives. */
    private static Silicon silicon(SplittableRandom random, FeatureSet features) {
        if (!chance(random, 30)) {
            return Silicon.unknown();
        }
        FeatureSet nested = RULES.nestedOfAmd();
        FeatureSet present =
                chance(random, 50) ? features.union(nested) : features.union(some(random, nested.names(), 6));
        return new Silicon(
                chance(random, 80) ? Silicon.Source.NODE_FEATURE : Silicon.Source.LABELS, present, AbiLevel.NONE, "");
    }

    private static SortedSet<String> vendors(SplittableRandom random, CpuEvidence host) {
        if (chance(random, 4)) {
            return new TreeSet<>();
        }
        return chance(random, 4) ? new TreeSet<>(List.of("AMD", "Intel")) : host.labelledVendors();
    }

    private static void addUsable(SortedSet<String> models, FeatureSet features) {
        NEEDED.forEach((model, needed) -> {
            if (features.containsAll(needed)) {
                models.add(model);
            }
        });
    }

    private static void removeUnusable(SortedSet<String> models, FeatureSet features) {
        models.removeIf(model -> !features.containsAll(NEEDED.getOrDefault(model, FeatureSet.empty())));
    }

    private static Policy policy(SplittableRandom random) {
        PolicyBuilder policy = PolicyBuilder.policy();
        if (chance(random, 50)) {
            return policy.build();
        }
        if (chance(random, 30)) {
            policy.maximum(pick(random, AbiLevel.HIGHEST_FIRST));
        }
        if (chance(random, 20)) {
            policy.minimum(pick(random, AbiLevel.HIGHEST_FIRST));
        }
        if (chance(random, 30)) {
            policy.profile(Policy.Profile.Level);
        }
        if (chance(random, 30)) {
            policy.excludeModels(Stream.generate(() -> pick(random, CURRENT).name())
                    .limit(10)
                    .distinct()
                    .toArray(String[]::new));
        }
        if (chance(random, 15)) {
            policy.model(pick(random, CURRENT).name());
        }
        if (chance(random, 40)) {
            policy.require(pick(random, DECISIVE), "sse2");
        }
        if (chance(random, 40)) {
            policy.excludeFeatures(pick(random, DECISIVE), "mpx");
        }
        return policy.build();
    }

    private static FeatureSet some(SplittableRandom random, List<String> names, int count) {
        return names.isEmpty()
                ? FeatureSet.empty()
                : FeatureSet.copyOf(
                        Stream.generate(() -> pick(random, names)).limit(count).toList());
    }

    private static <T> T pick(SplittableRandom random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static boolean chance(SplittableRandom random, int percent) {
        return random.nextInt(100) < percent;
    }
}
