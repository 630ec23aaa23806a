package io.cpubaseline.explain;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation.Limit;
import io.cpubaseline.baseline.Explanation.Withheld;
import io.cpubaseline.baseline.GuestSight;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.baseline.Purpose;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.explain.FlagAccount.Part;
import io.cpubaseline.explain.Standing.Lacks;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Gives account of a flag, a model, a node or a level on given nodes, by the rules that decide the answer. */
public final class Explaining {

    private final Planner planner;
    private final CpuCatalog catalog;
    private final Facts facts;
    private final Standings standings;
    private final Hypotheses hypotheses;
    private final ModelAges ages;

    /**
     * By these rules and tables.
     *
     * @param planner the rules that decide the answer
     * @param facts what is known beside them
     */
    public Explaining(Planner planner, Facts facts) {
        this.planner = planner;
        this.catalog = planner.catalog();
        this.facts = facts;
        this.standings = new Standings(planner, facts);
        this.hypotheses = new Hypotheses(planner);
        this.ages = new ModelAges(catalog, facts);
    }

    /**
     * All about a flag.
     *
     * @param feature libvirt's name
     * @param groups the nodes; none where nodes are not asked about
     * @param views the baselines that they may get
     */
    public FlagAccount flag(String feature, List<NodeGroup> groups, List<View> views) {
        List<FlagAccount.Stand> stands = groups.stream()
                .map(group -> new FlagAccount.Stand(group, standings.of(feature, group)))
                .toList();
        List<CpuClass> lacking = stands.stream()
                .filter(stand -> !stand.standing().gives())
                .map(stand -> stand.group().cpuClass())
                .toList();
        AbiLevel level = levelOf(feature);
        return new FlagAccount(
                feature,
                catalog.features().contains(feature),
                facts.flag(feature),
                level,
                ages.oldest(model -> model.features().contains(feature)),
                !catalog.nonMigratable().contains(feature),
                facts.role(feature, "never-required", "nested-intel", "nested-amd", "tsx", "never-blocks")
                        .map(Facts.Role::why),
                facts.lossesWithout(FeatureSet.of(feature)),
                stands,
                views.stream()
                        .map(view ->
                                new FlagAccount.Effect(view, part(feature, view), gains(feature, level, lacking, view)))
                        .toList());
    }

    private List<Gain> gains(String feature, AbiLevel level, List<CpuClass> lacking, View view) {
        List<Gain> gains = new ArrayList<>();
        hypotheses.given(lacking, FeatureSet.of(feature), view).ifPresent(gains::add);
        AbiLevel reached = level(view.answer());
        boolean more = gains.stream()
                .noneMatch(gain -> level(gain.after()).atLeast(level) && level(gain.after()) != AbiLevel.NONE);
        if (!gains.isEmpty() && level.compareTo(reached) > 0 && more) {
            FeatureSet all = catalog.levels().features(level);
            hypotheses
                    .given(view.classes(), all, view)
                    .ifPresent(gain -> gains.add(new Gain(
                            gain.what(),
                            view.classes().stream()
                                    .filter(cpuClass -> !cpuClass.usable().containsAll(all))
                                    .toList(),
                            all.minus(common(view)),
                            gain.before(),
                            gain.after())));
        }
        hypotheses.without(lacking, view).ifPresent(gains::add);
        return gains;
    }

    private static FeatureSet common(View view) {
        return view.classes().stream()
                .map(CpuClass::usable)
                .reduce(FeatureSet::intersect)
                .orElse(FeatureSet.empty());
    }

    /** What part the flag has in an answer. */
    private Part part(String feature, View view) {
        Optional<Baseline> baseline = view.answer().baseline();
        List<CpuClass> classes = view.classes();
        if (baseline.isEmpty()) {
            String why = view.answer() instanceof NoBaseline none ? none.message() : "";
            return new Part(Part.Kind.NO_ANSWER, "", why);
        }
        Purpose purpose = baseline.get().required().get(feature);
        if (purpose != null) {
            return new Part(Part.Kind.REQUIRED, purpose.name(), "");
        }
        if (baseline.get().model().features().contains(feature)) {
            return new Part(Part.Kind.IN_MODEL, baseline.get().model().name(), "");
        }
        if (!common(view).contains(feature)) {
            return new Part(Part.Kind.NOT_COMMON, "", "");
        }
        Answer asked = planner.answer(classes, view.policy().requiring(FeatureSet.of(feature)));
        return asked.baseline()
                .map(then -> new Part(Part.Kind.NOT_ASKED_FOR, then.revision(), ""))
                .orElseGet(() ->
                        new Part(Part.Kind.NEVER_REQUIRED, "", asked instanceof NoBaseline none ? none.message() : ""));
    }

    /**
     * All about a model.
     *
     * @param model the model
     * @param groups the nodes; none where nodes are not asked about
     * @param views the baselines that they may get
     */
    public ModelAccount model(CpuModel model, List<NodeGroup> groups, List<View> views) {
        FeatureSet wanted = model.features().minus(catalog.neverBlocks());
        List<ModelAccount.Stand> stands = groups.stream()
                .map(group -> {
                    boolean labelled =
                            group.cpuClass().evidence().labelledModels().contains(model.name())
                                    && !group.provesNothing();
                    FeatureSet missing = wanted.minus(group.cpuClass().usable());
                    return new ModelAccount.Stand(
                            group,
                            labelled,
                            labelled ? FeatureSet.empty() : missing,
                            labelled ? Map.of() : lacks(missing, group));
                })
                .toList();
        List<CpuClass> blocking = stands.stream()
                .filter(stand -> !stand.offers())
                .map(stand -> stand.group().cpuClass())
                .toList();
        return new ModelAccount(
                model,
                facts.year(model),
                catalog.levels().of(model.features()),
                catalog.guestLevel(model, FeatureSet.empty(), planner.rules().leaf0xDSet()),
                ages.versions(model),
                ages.newer(model),
                !model.features().intersect(planner.rules().tsx()).isEmpty(),
                stands,
                views.stream().map(view -> effect(model, blocking, view)).toList());
    }

    private ModelAccount.Effect effect(CpuModel model, List<CpuClass> blocking, View view) {
        List<CpuClass> classes = view.classes();
        Answer byHand =
                planner.answer(classes, view.policy().withModel(model.name()).withoutMinimum());
        List<CpuClass> known = classes.stream()
                .filter(cpuClass -> !cpuClass.vendor().isEmpty())
                .toList();
        Answer ifGiven = byHand.baseline().isPresent()
                ? byHand
                : hypotheses
                        .given(
                                blocking,
                                model.features().minus(catalog.neverBlocks()),
                                new View(
                                        view.name(),
                                        view.plan(),
                                        view.policy().withModel(model.name()).withoutMinimum()))
                        .map(Gain::after)
                        .orElse(byHand);
        FeatureSet then = ifGiven.baseline().map(Baseline::guestFeatures).orElse(model.features());
        return new ModelAccount.Effect(
                view,
                view.answer()
                        .baseline()
                        .filter(baseline -> baseline.model().name().equals(model.name()))
                        .isPresent(),
                planner.behind(model.name(), classes, view.policy()),
                byHand,
                ifGiven,
                then.minus(view.guestFeatures()),
                view.guestFeatures().minus(then),
                GuestSight.of(model, known, catalog.families()),
                hypotheses.without(blocking, view));
    }

    /**
     * All about a level.
     *
     * @param level the level, v1 at least
     * @param groups the nodes; none where nodes are not asked about
     * @param views the baselines that they may get
     */
    public LevelAccount level(AbiLevel level, List<NodeGroup> groups, List<View> views) {
        FeatureSet all = catalog.levels().features(level);
        AbiLevel below = level.below().orElse(AbiLevel.NONE);
        Policy policy =
                views.isEmpty() ? Policy.open() : views.get(views.size() - 1).policy();
        List<LevelAccount.Stand> stands =
                groups.stream().map(group -> stand(level, group, policy)).toList();
        return new LevelAccount(
                level,
                all.minus(catalog.levels().features(below)),
                catalog.levels().features(below),
                ages.oldest(model -> catalog.levels().of(model.features()).atLeast(level)),
                facts.uses(),
                facts.losses().stream().filter(loss -> loss.level() == level).toList(),
                facts.losses().stream()
                        .filter(loss -> loss.level() == AbiLevel.NONE)
                        .toList(),
                stands,
                views.stream().map(view -> effect(level, stands, view)).toList());
    }

    private LevelAccount.Stand stand(AbiLevel level, NodeGroup group, Policy policy) {
        CpuClass cpuClass = group.cpuClass();
        Silicon silicon = cpuClass.evidence().silicon();
        boolean complete =
                silicon.source() == Silicon.Source.NODE_FEATURE || silicon.source() == Silicon.Source.HARDWARE;
        Truth bySilicon = silicon.provenLevel().atLeast(level) ? Truth.YES : complete ? Truth.NO : Truth.UNKNOWN;
        FeatureSet wanted = catalog.levels().features(level);
        boolean proves = !group.provesNothing();
        FeatureSet missing = proves ? wanted.minus(cpuClass.usable()) : wanted;
        Policy alone = policy.withoutMinimum().withVendors(Policy.Vendors.Mixed);
        return new LevelAccount.Stand(
                group,
                bySilicon,
                missing.isEmpty(),
                proves ? planner.ownLevel(cpuClass, alone) : AbiLevel.NONE,
                proves ? planner.answer(List.of(cpuClass), alone).baseline() : Optional.empty(),
                missing,
                lacks(missing, group));
    }

    private LevelAccount.Effect effect(AbiLevel level, List<LevelAccount.Stand> stands, View view) {
        List<CpuClass> below = stands.stream()
                .filter(stand -> !stand.best().atLeast(level))
                .map(stand -> stand.group().cpuClass())
                .toList();
        boolean reaches = level(view.answer()).atLeast(level);
        return new LevelAccount.Effect(
                view,
                reaches,
                reaches ? Optional.empty() : hypotheses.without(below, view),
                reaches
                        ? Optional.empty()
                        : hypotheses.given(view.classes(), catalog.levels().features(level), view));
    }

    /**
     * All about a node.
     *
     * @param node the node
     * @param group the judged nodes like it; empty if it is not judged at all
     * @param views the baselines that the nodes may get
     */
    public NodeAccount node(NodeCpu node, Optional<NodeGroup> group, List<View> views) {
        CpuClass own =
                group.map(NodeGroup::cpuClass).orElseGet(() -> CpuClass.of(node.evidence(), List.of(node), catalog));
        Policy alone = (views.isEmpty()
                        ? Policy.open()
                        : views.get(views.size() - 1).policy())
                .withoutMinimum()
                .withVendors(Policy.Vendors.Mixed);
        AbiLevel best = planner.ownLevel(own, alone);
        FeatureSet next = best.above()
                .map(level -> catalog.levels().features(level).minus(own.usable()))
                .orElse(FeatureSet.empty());
        return new NodeAccount(
                node,
                group,
                best,
                own.evidence().labelledModels().stream()
                        .flatMap(name -> catalog.model(name).stream())
                        .filter(model -> !model.obsolete() && !model.versioned())
                        .filter(model -> model.vendors().contains(own.vendor()))
                        .sorted(Comparator.comparing(CpuModel::order).reversed())
                        .map(CpuModel::name)
                        .toList(),
                planner.answer(List.of(own), alone),
                group.map(judged -> lacks(next, judged)).orElse(Map.of()),
                views.stream().flatMap(view -> effect(own, view)).toList());
    }

    private Stream<NodeAccount.Effect> effect(CpuClass own, View view) {
        CpuEvidence evidence = own.evidence();
        return view.plan().explanation().classes().stream()
                .filter(cost -> cost.cpuClass().evidence().equals(evidence))
                .map(cost -> new NodeAccount.Effect(
                        view,
                        cost,
                        hypotheses.without(List.of(cost.cpuClass()), view),
                        view.plan().explanation().limits().stream()
                                .filter(limit -> blocks(limit, evidence))
                                .toList(),
                        view.plan().explanation().withheld().stream()
                                .filter(withheld -> lacks(withheld, evidence))
                                .toList(),
                        cost.hostModel().minus(view.guestFeatures())));
    }

    private static boolean blocks(Limit limit, CpuEvidence evidence) {
        return limit.blocking().stream()
                .anyMatch(cpuClass -> cpuClass.evidence().equals(evidence));
    }

    private static boolean lacks(Withheld withheld, CpuEvidence evidence) {
        return withheld.lacking().stream()
                .anyMatch(cpuClass -> cpuClass.evidence().equals(evidence));
    }

    private Map<String, Lack> lacks(FeatureSet missing, NodeGroup group) {
        Map<String, Lack> lacks = new LinkedHashMap<>();
        for (String feature : missing.names()) {
            if (standings.of(feature, group) instanceof Lacks lacking) {
                lacks.put(feature, lacking.lack());
            }
        }
        return lacks;
    }

    /** The level that brings the feature; {@link AbiLevel#NONE} if none does. */
    private AbiLevel levelOf(String feature) {
        return Stream.of(AbiLevel.values())
                .filter(level -> catalog.levels().features(level).contains(feature))
                .findFirst()
                .orElse(AbiLevel.NONE);
    }

    private static AbiLevel level(Answer answer) {
        return answer.baseline().map(Baseline::level).orElse(AbiLevel.NONE);
    }
}
