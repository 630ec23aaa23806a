package io.cpubaseline.baseline;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.SelectionRules.Addition;
import io.cpubaseline.baseline.SelectionRules.Group;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Chooses the baseline of a set of nodes: the named model and the features beside it that every node can give to a guest.
 *
 * <p>The order of preference: highest x86-64 level within the policy's bounds; a model of the fleet's own vendor; no TSX; fewest
 * required features to reach the level; one that libvirt takes with the mitigations and hardening that it lacks; most features in the model; unversioned name; newest. Then the profile's features that all
 * nodes have are added. The answer depends on the set of classes alone, never on their order.
 */
public final class Selection {

    private final CpuCatalog catalog;
    private final SelectionRules rules;
    private final StartCheck startCheck;
    private final XsaveState xsaveState;
    private final Refusals refusals;
    private final FeatureSet leaf0xD;
    private final FeatureSet mayBeRequired;
    private final FeatureSet immunity;
    private final Map<String, ModelFacts> models;

    /** A selection by these tables. */
    public Selection(CpuCatalog catalog, SelectionRules rules) {
        this.catalog = catalog;
        this.rules = rules;
        this.startCheck = new StartCheck(rules);
        this.xsaveState = new XsaveState(rules);
        this.refusals = new Refusals(catalog, rules, xsaveState);
        this.leaf0xD = rules.leaf0xDSet();
        this.immunity = rules.group(Group.IMMUNITY);
        this.mayBeRequired = mayBeRequired(catalog, rules);
        Map<String, ModelFacts> facts = new HashMap<>();
        for (CpuModel model : catalog.models()) {
            if (!model.obsolete()) {
                int counted = (int) model.features().stream()
                        .filter(feature -> !rules.notCounted().test(feature))
                        .count();
                facts.put(model.name(), new ModelFacts(model, model.vendors(), hasTsx(model.features()), counted));
            }
        }
        this.models = Map.copyOf(facts);
    }

    /** All that is ever put beside a model without being asked for by name: features of levels, of leaf 0xD, and additions. */
    private static FeatureSet mayBeRequired(CpuCatalog catalog, SelectionRules rules) {
        return Stream.of(Group.values())
                .map(rules::group)
                .reduce(catalog.levels().all().union(rules.leaf0xDSet()), FeatureSet::union)
                .filter(feature -> !rules.neverRequired().test(feature));
    }

    /** The tables. */
    public CpuCatalog catalog() {
        return catalog;
    }

    /** The rules. */
    public SelectionRules rules() {
        return rules;
    }

    /**
     * The baseline of these classes, all of whose nodes contribute.
     *
     * @param classes the classes; none is answered by {@link Reason#NoContributingNodes}
     * @param policy what the user asks for; its vendor rule is not applied here
     */
    public Answer select(Collection<CpuClass> classes, Policy policy) {
        if (classes.isEmpty()) {
            return new NoBaseline(Reason.NoContributingNodes, "No node contributes CPU evidence.");
        }
        return select(common(classes), policy);
    }

    /** The highest level that these classes can reach under the policy's upper bound and exclusions, whatever it demands. */
    public AbiLevel bestLevel(Collection<CpuClass> classes, Policy policy) {
        if (classes.isEmpty()) {
            return AbiLevel.NONE;
        }
        Common common = common(classes);
        Policy undemanding = policy.withoutDemands();
        return best(common, requirable(common, undemanding), undemanding)
                .map(Option::level)
                .orElse(AbiLevel.NONE);
    }

    /** By which criterion a model is behind the best one; nothing if it is the best, or none of the candidates. */
    Optional<Criterion> behind(String name, Collection<CpuClass> classes, Policy policy) {
        ModelFacts facts = models.get(name);
        if (classes.isEmpty() || facts == null) {
            return Optional.empty();
        }
        Common common = common(classes);
        FeatureSet requirable = requirable(common, policy);
        Optional<Option> best = best(common, requirable, policy);
        Optional<Option> asked = isCandidate(facts.model(), common, policy)
                ? option(facts, common, requirable, policy)
                : Optional.empty();
        if (best.isEmpty() || asked.isEmpty()) {
            return Optional.empty();
        }
        return asked.get().behind(best.get());
    }

    /** What these classes have in common; there must be at least one. */
    Common common(Collection<CpuClass> classes) {
        return Common.of(classes, startCheck);
    }

    Answer select(Common common, Policy policy) {
        Optional<NoBaseline> refused = refusals.ofPolicy(common, policy);
        if (refused.isPresent()) {
            return refused.get();
        }
        FeatureSet requirable = requirable(common, policy);
        Optional<Option> best = best(common, requirable, policy);
        if (best.isEmpty()) {
            return refusals.noModel(common, requirable, policy);
        }
        if (!best.get().level().atLeast(policy.minimum())) {
            return new NoBaseline(
                    Reason.BelowMinimum,
                    "The best common model, %s, reaches %s; abiLevel.minimum asks for %s. Lower the minimum, or take the limiting nodes out by nodeSelector."
                            .formatted(best.get().model().name(), best.get().level(), policy.minimum()));
        }
        return complete(best.get(), common, requirable, policy);
    }

    private Optional<Option> best(Common common, FeatureSet requirable, Policy policy) {
        return common.models().stream()
                .flatMap(name -> Stream.ofNullable(models.get(name)))
                .filter(facts -> isCandidate(facts.model(), common, policy))
                .flatMap(facts -> option(facts, common, requirable, policy).stream())
                .min(Option.PREFERENCE);
    }

    /** Whether the nodes all have the model's label and the policy allows it. An alias and its version are one model: the alias counts. */
    private boolean isCandidate(CpuModel model, Common common, Policy policy) {
        if (!common.models().contains(model.name())) {
            return false;
        }
        String pinnedByHand = policy.modelName();
        if (pinnedByHand != null) {
            return model.name().equals(pinnedByHand) && allowed(model, policy);
        }
        boolean shadowedByAlias = model.aliasOf() != null && common.models().contains(model.aliasOf());
        return !shadowedByAlias && allowed(model, policy);
    }

    /** Whether the policy's exclusions leave the model. */
    boolean allowed(CpuModel model, Policy policy) {
        boolean excluded = policy.excludedModels().contains(model.name())
                || policy.excludedModels().contains(model.family())
                || (model.canonical() != null && policy.excludedModels().contains(model.canonical()));
        // KubeVirt switches mpx off in every named model, so excluding it costs nothing.
        FeatureSet unwanted = policy.excludedFeatures().minus(FeatureSet.of("mpx"));
        return !excluded && model.features().intersect(unwanted).isEmpty();
    }

    private FeatureSet requirable(Common common, Policy policy) {
        return common.labelledFeatures().intersect(mayBeRequired).minus(policy.excludedFeatures());
    }

    /** The highest level that this model reaches on these nodes, if any within the policy's upper bound. */
    private Optional<Option> option(ModelFacts facts, Common common, FeatureSet requirable, Policy policy) {
        CpuModel model = facts.model();
        FeatureSet asked = policy.required().minus(model.features());
        Optional<FeatureSet> state = xsaveState.broughtBy(model, asked, requirable);
        if (!common.labelledFeatures().containsAll(asked) || state.isEmpty()) {
            return Optional.empty();
        }
        FeatureSet forPolicy = asked.union(state.get());
        for (AbiLevel level : AbiLevel.HIGHEST_FIRST) {
            if (!policy.maximum().atLeast(level)) {
                continue;
            }
            Optional<FeatureSet> forLevel = neededFor(level, model, forPolicy, requirable);
            if (forLevel.isPresent()) {
                FeatureSet required = forLevel.get().union(forPolicy);
                AbiLevel reached = catalog.guestLevel(model, required, leaf0xD);
                boolean withinBounds = policy.maximum().atLeast(reached);
                if (withinBounds && (required.isEmpty() || libvirtAccepts(facts, common))) {
                    return Optional.of(new Option(
                            facts,
                            reached,
                            forLevel.get(),
                            forPolicy,
                            isForeign(facts.vendors(), common.vendors()),
                            facts.tsx() || hasTsx(required),
                            !libvirtAccepts(facts, common)
                                    && !additions(model, required, common, requirable, policy.hardeningOnly())
                                            .isEmpty()));
                }
            }
        }
        return Optional.empty();
    }

    /** The features beside the model and the policy's own that make this level; nothing if some node can't be asked for them. */
    private Optional<FeatureSet> neededFor(
            AbiLevel level, CpuModel model, FeatureSet forPolicy, FeatureSet requirable) {
        FeatureSet have = model.features().union(forPolicy);
        FeatureSet needed = catalog.levels().features(level).minus(have);
        if (level.atLeast(AbiLevel.V3)) {
            Optional<FeatureSet> leaf = xsaveState.leafFor(model, forPolicy, requirable);
            if (leaf.isEmpty()) {
                return Optional.empty();
            }
            needed = needed.union(leaf.get());
        }
        return requirable.containsAll(needed) ? Optional.of(needed) : Optional.empty();
    }

    /** With any required feature libvirt compares the model by its own map, so its extra features must be on every host. */
    private static boolean libvirtAccepts(ModelFacts facts, Common common) {
        return common.counted().containsAll(facts.model().libvirtRequires());
    }

    private Baseline complete(Option option, Common common, FeatureSet requirable, Policy policy) {
        SortedMap<String, Purpose> required = new TreeMap<>();
        option.forLevel().stream().forEach(feature -> required.put(feature, Purpose.Level));
        option.forPolicy().stream().forEach(feature -> required.put(feature, Purpose.Policy));
        FeatureSet soFar = option.forLevel().union(option.forPolicy());
        SortedMap<String, Purpose> additions = additions(option.model(), soFar, common, requirable, policy);
        boolean accepted = libvirtAccepts(option.facts(), common);
        if (accepted) {
            required.putAll(additions);
        }
        return new Baseline(
                option.model(), required, option.level(), option.foreign(), !accepted && !additions.isEmpty());
    }

    private SortedMap<String, Purpose> additions(
            CpuModel model, FeatureSet required, Common common, FeatureSet requirable, Policy policy) {
        SortedMap<String, Purpose> additions = new TreeMap<>();
        FeatureSet guest = model.features().union(required);
        FeatureSet available = requirable.union(immunity(common, policy));
        for (Addition addition : rules.additions()) {
            boolean wanted = (addition.everyProfile() || policy.profile() == Policy.Profile.Performance)
                    && addition.appliesTo(common.vendors())
                    && available.contains(addition.feature())
                    && !guest.contains(addition.feature())
                    && guest.containsAll(addition.requires());
            if (wanted) {
                additions.put(
                        addition.feature(),
                        addition.group() == Group.MITIGATION || addition.group() == Group.HARDENING
                                ? Purpose.Hardening
                                : Purpose.Performance);
                guest = guest.with(addition.feature());
            }
        }
        return additions;
    }

    /** Immunity bits are never required but through the table of additions, which knows where they are safe. */
    private FeatureSet immunity(Common common, Policy policy) {
        return immunity.intersect(common.labelledFeatures()).minus(policy.excludedFeatures());
    }

    private boolean hasTsx(FeatureSet features) {
        return !features.intersect(rules.tsx()).isEmpty();
    }

    /**
     * Whether the fleet has one known vendor and the model is of another. Generic models count as foreign: they are nobody's own. A node that
     * doesn't tell its vendor says nothing: it must not open a fleet to foreign models.
     */
    boolean isForeign(String model, Set<String> vendors) {
        ModelFacts facts = models.get(model);
        return facts != null && isForeign(facts.vendors(), vendors);
    }

    private static boolean isForeign(Set<String> own, Set<String> vendors) {
        String only = "";
        for (String vendor : vendors) {
            if (!vendor.isEmpty()) {
                if (!only.isEmpty()) {
                    return false;
                }
                only = vendor;
            }
        }
        return !only.isEmpty() && !own.contains(only);
    }
}
