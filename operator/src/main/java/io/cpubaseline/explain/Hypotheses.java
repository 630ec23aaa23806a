package io.cpubaseline.explain;

import io.cpubaseline.baseline.Planner;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Answers for fleets that are not there, by the same rules. */
final class Hypotheses {

    private final Planner planner;

    Hypotheses(Planner planner) {
        this.planner = planner;
    }

    /** Without these classes; nothing if there are none of them, or no others. */
    Optional<Gain> without(List<CpuClass> some, View view) {
        List<CpuClass> left = view.without(some);
        List<CpuClass> out = view.among(some);
        return out.isEmpty() || left.isEmpty()
                ? Optional.empty()
                : Optional.of(new Gain(
                        Gain.What.LEFT_OUT,
                        out,
                        FeatureSet.empty(),
                        view.answer(),
                        planner.answer(left, view.policy())));
    }

    /** If all these classes gave these features, too; nothing if there are none of them. */
    Optional<Gain> given(List<CpuClass> some, FeatureSet features, View view) {
        List<CpuClass> changed = view.among(some);
        if (changed.isEmpty()) {
            return Optional.empty();
        }
        List<CpuClass> all = new ArrayList<>(view.without(some));
        changed.forEach(cpuClass -> all.add(with(cpuClass, features, view)));
        return Optional.of(
                new Gain(Gain.What.GIVEN, changed, features, view.answer(), planner.answer(all, view.policy())));
    }

    /** The class as it would be labelled with these features: with every model, too, for which these were all that it lacked. */
    private CpuClass with(CpuClass cpuClass, FeatureSet features, View view) {
        CpuEvidence evidence = cpuClass.evidence();
        FeatureSet usable = cpuClass.usable().union(features);
        FeatureSet added = features.minus(cpuClass.usable());
        TreeSet<String> models = new TreeSet<>(evidence.labelledModels());
        for (CpuModel model : planner.catalog().models()) {
            boolean known = model.namedByLibvirt()
                    || view.classes().stream()
                            .anyMatch(other -> other.evidence().labelledModels().contains(model.name()));
            boolean unlocked = !model.features().intersect(added).isEmpty()
                    && usable.containsAll(
                            model.features().minus(planner.catalog().neverBlocks()));
            if (known && unlocked) {
                models.add(model.name());
            }
        }
        return CpuClass.of(
                new CpuEvidence(
                        evidence.labelledFeatures().union(features),
                        models,
                        evidence.labelledVendors(),
                        evidence.silicon()),
                cpuClass.nodes(),
                planner.catalog());
    }
}
