package io.cpubaseline.baseline;

import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a guest needs to use AVX and what is above it: its kernel must be able to save these registers, so the guest needs {@code xsave} and
 * CPUID leaf 0xD. QEMU takes {@code xsave} from models of a low CPUID level unless a feature of that leaf is required too
 * ({@code x86_cpu_expand_features}).
 */
final class XsaveState {

    private static final FeatureSet XSAVE = FeatureSet.of("xsave");

    private final List<String> leaf0xD;
    private final FeatureSet anyOfLeaf0xD;
    private final Predicate<String> needsState;

    /** These rules' names of the features. */
    XsaveState(SelectionRules rules) {
        this.leaf0xD = rules.leaf0xD();
        this.anyOfLeaf0xD = rules.leaf0xDSet();
        this.needsState = rules.needsXsaveState();
    }

    /** Those of these features that a guest can use only with XSAVE's state. */
    FeatureSet needing(FeatureSet features) {
        return features.filter(needsState);
    }

    /**
     * What must be required beside a model so that a guest can use the required features; nothing where some node can't be asked for it.
     *
     * @param model the model
     * @param required what is required beside the model already
     * @param requirable what every node can be asked for
     */
    Optional<FeatureSet> broughtBy(CpuModel model, FeatureSet required, FeatureSet requirable) {
        if (needing(required).isEmpty()) {
            return Optional.of(FeatureSet.empty());
        }
        FeatureSet xsave = XSAVE.minus(model.features()).minus(required);
        return requirable.containsAll(xsave)
                ? leafFor(model, required, requirable).map(xsave::union)
                : Optional.empty();
    }

    /** The feature of leaf 0xD without which the model loses {@code xsave}, unless one is required already; nothing where no node has one. */
    Optional<FeatureSet> leafFor(CpuModel model, FeatureSet required, FeatureSet requirable) {
        if (!model.losesXsave() || !required.intersect(anyOfLeaf0xD).isEmpty()) {
            return Optional.of(FeatureSet.empty());
        }
        return leaf0xD.stream().filter(requirable::contains).findFirst().map(FeatureSet::of);
    }
}
