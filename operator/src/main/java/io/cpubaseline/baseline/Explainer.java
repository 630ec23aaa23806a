package io.cpubaseline.baseline;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Explanation.Cause;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.Explanation.Limit;
import io.cpubaseline.baseline.Explanation.VendorAnswer;
import io.cpubaseline.baseline.Explanation.Withheld;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says who limits an answer, by leaving classes out and by looking at what blocks better models. */
final class Explainer {

    private final Selection selection;
    private final Causes causes;

    Explainer(Selection selection) {
        this.selection = selection;
        this.causes = new Causes(selection.rules());
    }

    /**
     * Explains the answer that {@link Selection} gave for these classes and this policy.
     *
     * @param contributing the classes of nodes that can take a virtual machine now: the migration targets
     */
    Explanation explain(List<CpuClass> contributing, List<CpuClass> classes, Policy policy, Answer answer) {
        if (classes.isEmpty()) {
            return new Explanation(
                    FeatureSet.empty(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Collections.emptySortedMap(),
                    Set.of());
        }
        Common common = selection.common(classes);
        return new Explanation(
                migratable(common.usable()),
                costs(classes, policy),
                limits(classes, common, policy, answer),
                withheld(classes),
                vendorAnswers(classes, policy),
                domains(contributing),
                unknownModels(common));
    }

    /** Why this class lacks the feature; nothing where the CPU itself seems to lack it, or nobody knows. */
    Optional<Cause> cause(String feature, CpuClass cpuClass) {
        return causes.of(feature, cpuClass);
    }

    /** Features that don't block live migration and aren't about nested virtualization. */
    private FeatureSet migratable(FeatureSet features) {
        return features.minus(selection.catalog().nonMigratable()).filter(feature -> !feature.startsWith("vmx-"));
    }

    /** Leave-one-out by intersections from both ends: linear in the number of classes. */
    private List<ClassCost> costs(List<CpuClass> classes, Policy policy) {
        int count = classes.size();
        List<Common> own = classes.stream()
                .map(cpuClass -> selection.common(List.of(cpuClass)))
                .toList();
        @Nullable Common[] before = new Common[count + 1];
        @Nullable Common[] after = new Common[count + 1];
        for (int i = 0; i < count; i++) {
            before[i + 1] = and(before[i], own.get(i));
            after[count - 1 - i] = and(after[count - i], own.get(count - 1 - i));
        }
        List<ClassCost> costs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Common others = and(before[i], after[i + 1]);
            CpuClass cpuClass = classes.get(i);
            Answer without = others == null
                    ? new NoBaseline(Reason.NoContributingNodes, "There is no other class of nodes.")
                    : selection.select(others, policy.withoutMinimum());
            FeatureSet lacks = others == null
                    ? FeatureSet.empty()
                    : migratable(others.usable().minus(cpuClass.usable()));
            costs.add(new ClassCost(
                    cpuClass, selection.bestLevel(List.of(cpuClass), policy), lacks, without, hostModel(cpuClass)));
        }
        return List.copyOf(costs);
    }

    private static @Nullable Common and(@Nullable Common one, @Nullable Common other) {
        if (one == null) {
            return other;
        }
        return other == null ? one : one.and(other);
    }

    private HostModel hostModel(CpuClass cpuClass) {
        SelectionRules rules = selection.rules();
        FeatureSet usable = cpuClass.usable();
        return new HostModel(
                usable.intersect(FeatureSet.of("vmx", "svm")),
                usable.intersect(rules.group(Group.MITIGATION, cpuClass.vendor())),
                usable.intersect(rules.group(Group.HARDENING, cpuClass.vendor())),
                usable.intersect(rules.group(Group.IMMUNITY, cpuClass.vendor())));
    }

    /**
     * Higher levels whose features some class lacks, and models with a higher level of their own that some class lacks, as far as the policy
     * wants them: under a model pinned by hand only that one. What no libvirt has a name for is out of reach whatever one does, unless some
     * node's libvirt is newer than the catalog.
     */
    private List<Limit> limits(List<CpuClass> classes, Common common, Policy policy, Answer answer) {
        AbiLevel reached = answer.baseline().map(Baseline::level).orElse(AbiLevel.NONE);
        AbiLevel ofModel = answer.baseline()
                .map(baseline ->
                        selection.catalog().levels().of(baseline.model().features()))
                .orElse(AbiLevel.NONE);
        List<Limit> limits = new ArrayList<>();
        for (AbiLevel level : AbiLevel.values()) {
            if (level.compareTo(reached) > 0 && policy.allows(level) && policy.modelName() == null) {
                FeatureSet wanted = selection.catalog().levels().features(level);
                Limit limit = limit(
                        level,
                        "",
                        wanted,
                        classes,
                        cpuClass -> cpuClass.usable().containsAll(wanted));
                if (!limit.blocking().isEmpty()) {
                    limits.add(limit);
                    break;
                }
            }
        }
        List<Limit> models = selection.catalog().models().stream()
                .filter(model -> policy.modelName() == null
                        ? !model.obsolete() && model.aliasOf() == null && isNamed(model, classes)
                        : model.name().equals(policy.modelName()))
                .filter(model -> isBetter(model, ofModel, policy))
                .filter(model -> !common.models().contains(model.name()))
                .filter(model -> selection.allowed(model, policy))
                .map(model -> blocked(model, classes))
                .sorted(Comparator.comparingInt(
                                (Limit limit) -> limit.blocking().size())
                        .thenComparing(limit -> selection.isForeign(limit.model(), common.vendors()))
                        .thenComparing(limit -> limit.missing().size())
                        .thenComparing(limit -> -order(limit.model()))
                        .thenComparing(Limit::model))
                .toList();
        limits.addAll(together(models));
        return List.copyOf(limits);
    }

    /** Models that the same classes block for the same reason are one limit: the best of them, and the others with it. */
    private static List<Limit> together(List<Limit> models) {
        // By evidence, which is what makes a class: a class itself would be compared node by node.
        record SameCause(AbiLevel level, List<CpuEvidence> blocking, FeatureSet missing) {}
        Map<SameCause, List<Limit>> byCause = new LinkedHashMap<>();
        for (Limit limit : models) {
            List<CpuEvidence> blocking =
                    limit.blocking().stream().map(CpuClass::evidence).toList();
            byCause.computeIfAbsent(new SameCause(limit.level(), blocking, limit.missing()), cause -> new ArrayList<>())
                    .add(limit);
        }
        return byCause.values().stream()
                .map(same -> same.get(0)
                        .alsoFor(same.stream().skip(1).map(Limit::model).toList()))
                .toList();
    }

    private static boolean isNamed(CpuModel model, List<CpuClass> classes) {
        return model.namedByLibvirt()
                || classes.stream()
                        .anyMatch(
                                cpuClass -> cpuClass.evidence().labelledModels().contains(model.name()));
    }

    private boolean isBetter(CpuModel model, AbiLevel reached, Policy policy) {
        AbiLevel level = selection.catalog().levels().of(model.features());
        return level.compareTo(reached) > 0 && policy.allows(level);
    }

    private Limit blocked(CpuModel model, List<CpuClass> classes) {
        FeatureSet wanted = model.features().minus(selection.catalog().neverBlocks());
        return limit(
                selection.catalog().levels().of(model.features()),
                model.name(),
                wanted,
                classes,
                cpuClass -> cpuClass.evidence().labelledModels().contains(model.name()));
    }

    private interface Offers {
        boolean by(CpuClass cpuClass);
    }

    private Limit limit(AbiLevel level, String model, FeatureSet wanted, List<CpuClass> classes, Offers offered) {
        List<CpuClass> blocking =
                classes.stream().filter(cpuClass -> !offered.by(cpuClass)).toList();
        FeatureSet missing = blocking.stream()
                .map(cpuClass -> wanted.minus(cpuClass.usable()))
                .reduce(FeatureSet.empty(), FeatureSet::union);
        return new Limit(level, model, List.of(), blocking, missing, causes.ofAll(blocking, wanted));
    }

    /** Mitigations that some classes of a vendor have, and others lack for a reason that can be mended, together where the same lack them. */
    private List<Withheld> withheld(List<CpuClass> classes) {
        List<Withheld> withheld = new ArrayList<>();
        byVendor(classes).forEach((vendor, ofVendor) -> {
            // By their evidence alone: a class as a key would be compared node by node.
            Map<List<CpuEvidence>, List<CpuClass>> classesOf = new HashMap<>();
            Map<List<CpuEvidence>, FeatureSet> byLacking = new LinkedHashMap<>();
            for (String feature :
                    selection.rules().group(Group.MITIGATION, vendor).names()) {
                List<CpuClass> lacking = ofVendor.stream()
                        .filter(cpuClass -> !cpuClass.usable().contains(feature))
                        .toList();
                if (!lacking.isEmpty()
                        && lacking.size() < ofVendor.size()
                        && lacking.stream()
                                .allMatch(
                                        cpuClass -> causes.of(feature, cpuClass).isPresent())) {
                    List<CpuEvidence> evidence =
                            lacking.stream().map(CpuClass::evidence).toList();
                    classesOf.putIfAbsent(evidence, lacking);
                    byLacking.merge(evidence, FeatureSet.of(feature), FeatureSet::union);
                }
            }
            byLacking.forEach((evidence, features) -> {
                List<CpuClass> lacking = classesOf.getOrDefault(evidence, List.of());
                withheld.add(new Withheld(vendor, features, lacking, causes.ofAll(lacking, features)));
            });
        });
        return List.copyOf(withheld);
    }

    private int order(String model) {
        return selection.catalog().model(model).map(CpuModel::order).orElse(0);
    }

    private List<VendorAnswer> vendorAnswers(List<CpuClass> classes, Policy policy) {
        SortedMap<String, List<CpuClass>> byVendor = byVendor(classes);
        if (!severalVendors(byVendor.keySet())) {
            return List.of();
        }
        return byVendor.entrySet().stream()
                .map(entry -> new VendorAnswer(
                        entry.getKey(),
                        entry.getValue().stream()
                                .mapToInt(c -> c.nodes().size())
                                .sum(),
                        selection.select(entry.getValue(), policy)))
                .toList();
    }

    static SortedMap<String, List<CpuClass>> byVendor(List<CpuClass> classes) {
        SortedMap<String, List<CpuClass>> byVendor = new TreeMap<>();
        for (CpuClass cpuClass : classes) {
            byVendor.computeIfAbsent(cpuClass.vendor(), v -> new ArrayList<>()).add(cpuClass);
        }
        return byVendor;
    }

    /** Whether more than one vendor is known: one that isn't known proves nothing. */
    static boolean severalVendors(Set<String> vendors) {
        return vendors.stream().filter(vendor -> !vendor.isEmpty()).count() > 1;
    }

    /** Nodes among which KubeVirt migrates. Nothing new lands on cordoned ones. */
    static SortedMap<String, Integer> domains(List<CpuClass> classes) {
        SortedMap<String, Integer> domains = new TreeMap<>();
        for (CpuClass cpuClass : classes) {
            int nodes = 0;
            List<NodeCpu> all = cpuClass.nodes();
            for (int i = 0; i < all.size(); i++) {
                nodes += all.get(i).host().cordoned() ? 0 : 1;
            }
            if (nodes > 0) {
                domains.merge(cpuClass.evidence().domain(), nodes, Integer::sum);
            }
        }
        return Collections.unmodifiableSortedMap(domains);
    }

    private Set<String> unknownModels(Common common) {
        Set<String> unknown = new TreeSet<>(common.models());
        unknown.removeIf(name -> selection.catalog().model(name).isPresent());
        return Collections.unmodifiableSet(unknown);
    }
}
