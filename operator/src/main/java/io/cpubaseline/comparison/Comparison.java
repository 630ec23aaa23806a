package io.cpubaseline.comparison;

import io.cpubaseline.baseline.SelectionRules;
import io.cpubaseline.comparison.Difference.Kind;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Two answers for the same nodes: ours, and another program's. Where a guest with the other one could start is decided as everywhere, by the labels that
 * KubeVirt selects by.
 *
 * @param ours our answer
 * @param theirs the other one
 * @param ourLevel the x86-64 level that guests get by ours
 * @param theirLevel the level that they get by the other one
 * @param nodes how many nodes both are for
 * @param theirNodes on how many of them a guest with the other answer can be scheduled
 * @param differences what differs, what hurts first; empty if the answers are the same
 */
public record Comparison(
        Opinion ours,
        Opinion theirs,
        AbiLevel ourLevel,
        AbiLevel theirLevel,
        int nodes,
        int theirNodes,
        List<Difference> differences) {

    /** Makes the list immutable. */
    public Comparison {
        differences = List.copyOf(differences);
    }

    /** Compares two answers for the nodes of these classes. */
    public static Comparison of(
            CpuCatalog catalog, SelectionRules rules, List<CpuClass> classes, Opinion ours, Opinion theirs) {
        return new Comparing(catalog, rules, classes, ours, theirs).compare();
    }

    /** What both are called and give, while it is compared. */
    private static final class Comparing {

        private final CpuCatalog catalog;
        private final SelectionRules rules;
        private final List<CpuClass> classes;
        private final Opinion ours;
        private final Opinion theirs;
        private final List<Difference> differences = new ArrayList<>();

        Comparing(CpuCatalog catalog, SelectionRules rules, List<CpuClass> classes, Opinion ours, Opinion theirs) {
            this.catalog = catalog;
            this.rules = rules;
            this.classes = classes;
            this.ours = ours;
            this.theirs = theirs;
        }

        Comparison compare() {
            AbiLevel ourLevel = ours.level(catalog, rules.leaf0xDSet());
            AbiLevel theirLevel = theirs.level(catalog, rules.leaf0xDSet());
            if (!ours.equals(theirs)) {
                model();
                features();
                guests(ourLevel, theirLevel);
                if (differences.isEmpty()) {
                    told(
                            Kind.OtherModel,
                            "The same guest by another name: %s instead of %s.".formatted(theirs.model(), ours.model()),
                            FeatureSet.empty(),
                            List.of());
                }
            }
            differences.sort(Comparator.comparing(Difference::kind));
            return new Comparison(
                    ours,
                    theirs,
                    ourLevel,
                    theirLevel,
                    nodes(cpuClass -> true).size(),
                    nodes(cpuClass -> cpuClass.offers(new Criteria.Pin(theirs.model(), theirs.required(), "")))
                            .size(),
                    differences);
        }

        private void model() {
            List<String> without =
                    nodes(cpuClass -> !cpuClass.evidence().labelledModels().contains(theirs.model()));
            if (!without.isEmpty()) {
                told(
                        Kind.UnschedulableModel,
                        "%s carry the label cpu-model.node.kubevirt.io/%s, so KubeVirt schedules no guest with it there%s."
                                .formatted(
                                        without.size() == nodes(any -> true).size()
                                                ? "None of the nodes"
                                                : "%d of the nodes do not".formatted(without.size()),
                                        theirs.model(),
                                        obsolete(theirs.model())
                                                ? "; it is one of KubeVirt's obsolete models, which it labels nowhere"
                                                : ""),
                        FeatureSet.empty(),
                        without);
            }
            catalog.model(theirs.model())
                    .ifPresentOrElse(
                            this::vendor,
                            () -> told(
                                    Kind.UnknownModel,
                                    "The catalog does not know the model %s: what guests get by it is not counted."
                                            .formatted(theirs.model()),
                                    FeatureSet.empty(),
                                    List.of()));
        }

        private boolean obsolete(String model) {
            return catalog.model(model).filter(CpuModel::obsolete).isPresent();
        }

        /** A generic model is of no vendor, and as foreign as another's. */
        private void vendor(CpuModel model) {
            Set<String> vendors = classes.stream().map(CpuClass::vendor).collect(Collectors.toSet());
            boolean native_ = vendors.stream().anyMatch(model.vendors()::contains);
            boolean oursIs = catalog.model(ours.model())
                    .filter(own -> vendors.stream().anyMatch(own.vendors()::contains))
                    .isPresent();
            if (!native_ && oursIs) {
                told(
                        Kind.ForeignModel,
                        "%s is %s: the guest's kernel sees a foreign CPU family, and leaves out what it does for the nodes' own, such as mitigations."
                                .formatted(
                                        model.name(),
                                        model.vendor().isEmpty()
                                                ? "no vendor's model"
                                                : "a model of " + model.vendor()),
                        FeatureSet.empty(),
                        List.of());
            }
        }

        private void features() {
            FeatureSet unlabelled = FeatureSet.copyOf(theirs.required().stream()
                    .filter(feature -> !nodes(lacksLabel(feature)).isEmpty())
                    .toList());
            if (!unlabelled.isEmpty()) {
                told(
                        Kind.UnschedulableFeatures,
                        "It asks for features that some nodes have no label of, and KubeVirt makes a node selector of each.",
                        unlabelled,
                        nodes(cpuClass ->
                                !cpuClass.evidence().labelledFeatures().containsAll(unlabelled)));
            }
            FeatureSet blocking = theirs.required().intersect(catalog.nonMigratable());
            if (!blocking.isEmpty()) {
                told(
                        Kind.BlocksMigration,
                        "It asks for features that keep a guest from live migration.",
                        blocking,
                        List.of());
            }
        }

        private static Predicate<CpuClass> lacksLabel(String feature) {
            return cpuClass -> !cpuClass.evidence().labelledFeatures().contains(feature);
        }

        private void guests(AbiLevel ourLevel, AbiLevel theirLevel) {
            if (catalog.model(theirs.model()).isEmpty()) {
                return;
            }
            if (ourLevel != theirLevel) {
                boolean lower = ourLevel.atLeast(theirLevel);
                told(
                        lower ? Kind.LowerLevel : Kind.HigherLevel,
                        "Guests get %s instead of %s.".formatted(theirLevel, ourLevel),
                        lower
                                ? levelFeatures(ourLevel).minus(theirs.guestFeatures(catalog))
                                : levelFeatures(theirLevel).minus(ours.guestFeatures(catalog)),
                        List.of());
            }
            FeatureSet lost = ours.guestFeatures(catalog)
                    .minus(theirs.guestFeatures(catalog))
                    .minus(catalog.neverBlocks());
            FeatureSet mitigations = lost.intersect(rules.group(SelectionRules.Group.MITIGATION));
            if (!mitigations.isEmpty()) {
                told(
                        Kind.LostMitigations,
                        "Guests lose mitigations, and their kernels run without these.",
                        mitigations,
                        List.of());
            }
            if (!lost.minus(mitigations).isEmpty()) {
                told(
                        Kind.DroppedFeatures,
                        "Guests lose features that every node has.",
                        lost.minus(mitigations),
                        List.of());
            }
            FeatureSet gained = theirs.guestFeatures(catalog)
                    .minus(ours.guestFeatures(catalog))
                    .minus(catalog.neverBlocks())
                    .minus(theirs.required().intersect(catalog.nonMigratable()));
            if (!gained.isEmpty()) {
                told(
                        Kind.AddedFeatures,
                        "Guests get features that this program does not ask for: not worth a node selector each, or not to be relied on.",
                        gained,
                        List.of());
            }
        }

        private FeatureSet levelFeatures(AbiLevel level) {
            return catalog.levels().features(level);
        }

        private List<String> nodes(Predicate<CpuClass> condition) {
            return classes.stream()
                    .filter(condition)
                    .flatMap(cpuClass -> cpuClass.nodes().stream())
                    .map(NodeCpu::name)
                    .sorted()
                    .toList();
        }

        private void told(Kind kind, String message, FeatureSet features, List<String> nodes) {
            differences.add(new Difference(kind, message, features.names(), nodes));
        }
    }
}
