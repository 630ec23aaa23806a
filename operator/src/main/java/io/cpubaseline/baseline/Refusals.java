package io.cpubaseline.baseline;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.NoBaseline.Lacking;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Why there is no baseline, in words that say what to change. */
final class Refusals {

    private final CpuCatalog catalog;
    private final SelectionRules rules;
    private final XsaveState xsaveState;

    Refusals(CpuCatalog catalog, SelectionRules rules, XsaveState xsaveState) {
        this.catalog = catalog;
        this.rules = rules;
        this.xsaveState = xsaveState;
    }

    /** Why the policy has no answer on these nodes, whatever the models; nothing if it may have one. */
    Optional<NoBaseline> ofPolicy(Common common, Policy policy) {
        String name = policy.modelName();
        if (name != null && catalog.model(name).isEmpty()) {
            return Optional.of(new NoBaseline(
                    Reason.UnknownModel,
                    "cpuModel.name: the catalog %s has no model %s. Names are libvirt's, for example Haswell-noTSX-IBRS; correct it or leave it out."
                            .formatted(catalog.version(), name)));
        }
        if (name != null && !common.models().contains(name)) {
            return Optional.of(new NoBaseline(
                    Reason.NoCommonModel,
                    "cpuModel.name: %s is not usable on every contributing node. Choose a model that is, or leave cpuModel.name out."
                            .formatted(name),
                    new Lacking("", name)));
        }
        for (String feature : policy.required().names()) {
            if (catalog.nonMigratable().contains(feature)) {
                return Optional.of(new NoBaseline(
                        Reason.NoCommonModel,
                        "features.require: %s blocks live migration, so no baseline has it. Take it out."
                                .formatted(feature)));
            }
            if (rules.neverRequired().test(feature)) {
                return Optional.of(new NoBaseline(
                        Reason.NoCommonModel,
                        "features.require: %s is about the host, about nested virtualization, or switched off by KubeVirt; no baseline asks for it. Take it out."
                                .formatted(feature)));
            }
            if (!common.labelledFeatures().contains(feature) && !inSomeCandidate(feature, common)) {
                return Optional.of(new NoBaseline(
                        Reason.NoCommonModel,
                        "features.require: not every contributing node has the label cpu-feature.node.kubevirt.io/%s. Take the feature out, or the nodes that lack it by nodeSelector."
                                .formatted(feature),
                        new Lacking(feature, "")));
            }
        }
        return Optional.empty();
    }

    private boolean inSomeCandidate(String feature, Common common) {
        return common.models().stream()
                .flatMap(name -> catalog.model(name).stream())
                .filter(model -> !model.obsolete())
                .anyMatch(model -> model.features().contains(feature));
    }

    /**
     * Why no common model is an answer.
     *
     * @param requirable what every node can be asked for
     */
    NoBaseline noModel(Common common, FeatureSet requirable, Policy policy) {
        FeatureSet needing = xsaveState.needing(policy.required());
        boolean noState = !requirable.contains("xsave")
                || requirable.intersect(rules.leaf0xDSet()).isEmpty();
        return new NoBaseline(
                Reason.NoCommonModel,
                !needing.isEmpty() && noState && !common.models().isEmpty()
                        ? withoutState(needing)
                        : withoutModel(common));
    }

    private String withoutState(FeatureSet needing) {
        return ("features.require: %s can be used by guests only with XSAVE's state. No common model has both, and beside another the labels"
                        + " xsave and one of %s must be there on every contributing node, and not excluded. Take it out, or the nodes without"
                        + " these labels by nodeSelector.")
                .formatted(String.join(", ", needing.names()), String.join(", ", rules.leaf0xD()));
    }

    private String withoutModel(Common common) {
        Set<String> known = new TreeSet<>(common.models());
        known.removeIf(name ->
                catalog.model(name).isEmpty() || catalog.model(name).get().obsolete());
        if (known.isEmpty()) {
            return "No CPU model is usable on every contributing node. See status.limits for what blocks which model where.";
        }
        return "%d models are usable on every contributing node, but the policy allows none of them (%s). Check cpuModel, features and abiLevel.maximum."
                .formatted(known.size(), String.join(", ", known));
    }
}
