package io.cpubaseline.pools;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.CommonGround;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.fleet.CpuClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what a group of classes would get as a pool. Remembers answers, since many combinations have the same in common. Used by one thread. */
final class Pooling {

    private final Planner planner;
    private final SplitRules rules;
    private final Weighing weighing;
    private final Map<CommonGround, Answer> answers = new HashMap<>();
    private final Map<Baseline, Integer> features = new HashMap<>();

    Pooling(Planner planner, SplitRules rules, Weighing weighing) {
        this.planner = planner;
        this.rules = rules;
        this.weighing = weighing;
    }

    SplitRules rules() {
        return rules;
    }

    Group group(CpuClass cpuClass) {
        return new Group(
                List.of(cpuClass),
                planner.ground(cpuClass),
                weighing.weight(cpuClass),
                cpuClass.nodes().size());
    }

    /** The baseline of a group, however few nodes it has; nothing if there is none. */
    Optional<Baseline> baseline(Group group) {
        return answers.computeIfAbsent(group.ground(), ground -> planner.answer(ground, rules.policy()))
                .baseline();
    }

    /** What a group is worth, however few nodes it has; {@link Score#NOTHING} without a baseline. */
    Score worth(Group group) {
        return baseline(group)
                .map(baseline -> Score.of(group.weight(), baseline.level(), counted(baseline)))
                .orElse(Score.NOTHING);
    }

    /** Whether a group may be a pool: it has a baseline, and nodes left when it has lost the spare ones. */
    boolean holds(Group group) {
        return group.nodes() > rules.spare() && baseline(group).isPresent();
    }

    /** The group as a pool; there must be a baseline. */
    Pool pool(Group group) {
        return new Pool(group.classes(), baseline(group).orElseThrow(), worth(group));
    }

    /** How many features a guest gets, those of nested virtualization and TSX not counted: as models are compared. */
    private int counted(Baseline baseline) {
        return features.computeIfAbsent(baseline, of -> (int) of.guestFeatures().stream()
                .filter(feature -> !planner.rules().notCounted().test(feature))
                .count());
    }
}
