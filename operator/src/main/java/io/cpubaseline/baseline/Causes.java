package io.cpubaseline.baseline;

import io.cpubaseline.baseline.Explanation.Cause;
import io.cpubaseline.baseline.SelectionRules.MissingFeature;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuClass;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Why nodes lack features that their CPUs have or could have, in words that lead to a remedy. */
final class Causes {

    private static final String HIDDEN =
            "the CPU has it (node-feature-discovery sees it), but guests are not given it: update the node's kernel and KubeVirt, and restart virt-handler there";
    private static final String ODDLY_LABELLED =
            "the label cpu-feature.node.kubevirt.io/… has another value than \"true\" there: find out what writes it and delete the label, virt-handler writes the right one";
    private static final String LABEL = "cpu-feature.node.kubevirt.io/";

    private final List<MissingFeature> rules;

    Causes(SelectionRules rules) {
        this.rules = rules.missing();
    }

    /**
     * Why these classes don't give all of these features to guests. Nothing if of some class's feature nobody knows, or if a class gives all of
     * them: then the others' causes would lead nowhere.
     */
    List<Cause> ofAll(List<CpuClass> classes, FeatureSet wanted) {
        SortedMap<String, Cause> byReason = new TreeMap<>();
        for (CpuClass cpuClass : classes) {
            FeatureSet lacking = wanted.minus(cpuClass.usable());
            if (lacking.isEmpty()) {
                return List.of();
            }
            for (String feature : lacking.names()) {
                Optional<Cause> cause = of(feature, cpuClass);
                if (cause.isEmpty()) {
                    return List.of();
                }
                byReason.merge(
                        cause.get().why(),
                        cause.get(),
                        (one, other) -> new Cause(one.features().union(other.features()), one.why(), one.mendable()));
            }
        }
        return List.copyOf(byReason.values());
    }

    /** Why this class lacks the feature; nothing where the CPU itself seems to lack it, or nobody knows. */
    Optional<Cause> of(String feature, CpuClass cpuClass) {
        if (cpuClass.evidence().oddLabels().containsKey(LABEL + feature)) {
            return Optional.of(new Cause(FeatureSet.of(feature), ODDLY_LABELLED, true));
        }
        FeatureSet silicon = cpuClass.evidence().silicon().present();
        if (silicon.contains(feature)) {
            return Optional.of(new Cause(FeatureSet.of(feature), HIDDEN, true));
        }
        FeatureSet has = cpuClass.usable().union(silicon);
        return rules.stream()
                .filter(rule -> rule.feature().equals(feature) && rule.appliesTo(cpuClass.vendor(), has))
                .map(rule -> new Cause(FeatureSet.of(feature), rule.why(), rule.mendable()))
                .findFirst();
    }
}
