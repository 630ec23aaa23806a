package io.cpubaseline.cli.whatif;

import io.cpubaseline.api.v1alpha1.AbiLevelBounds;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.CpuModelPolicy;
import io.cpubaseline.api.v1alpha1.FeaturePolicy;
import io.cpubaseline.baseline.Policy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is to be asked of the baseline afterwards, in place of what is asked of it now: a mixin. */
final class PolicyOptions {

    @Option(
            names = "--minimum",
            paramLabel = "LEVEL",
            description = "Another spec.abiLevel.minimum, such as x86-64-v3.")
    private @Nullable String minimum;

    @Option(names = "--maximum", paramLabel = "LEVEL", description = "Another spec.abiLevel.maximum.")
    private @Nullable String maximum;

    @Option(
            names = "--profile",
            paramLabel = "WORD",
            description = "Another spec.features.profile: ${COMPLETION-CANDIDATES}.")
    private Policy.@Nullable Profile profile;

    @Option(
            names = "--exclude-model",
            paramLabel = "MODEL",
            split = ",",
            description = "A CPU model not to be chosen, beside those that are excluded now. May be repeated.")
    private List<String> excludedModels = new ArrayList<>();

    @Option(
            names = "--exclude-feature",
            paramLabel = "FEATURE",
            split = ",",
            description =
                    "A CPU feature that guests must not have, beside those that are excluded now. May be repeated.")
    private List<String> excludedFeatures = new ArrayList<>();

    @Option(
            names = "--vendors",
            paramLabel = "WORD",
            description =
                    "Another spec.vendors: ${COMPLETION-CANDIDATES}. Without -b: Mixed asks for one baseline for all vendors.")
    private Policy.@Nullable Vendors vendors;

    @Option(
            names = "--baseline-after",
            paramLabel = "FILE",
            description = "A ClusterCpuBaseline whose spec counts afterwards, in place of that of -b.")
    private @Nullable String file;

    boolean isEmpty() {
        return minimum == null
                && maximum == null
                && profile == null
                && excludedModels.isEmpty()
                && excludedFeatures.isEmpty()
                && vendors == null
                && file == null;
    }

    @Nullable
    String file() {
        return file;
    }

    /** Whether one baseline is asked for all vendors. */
    boolean mixed() {
        return vendors == Policy.Vendors.Mixed;
    }

    /** What is changed, a phrase each. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        say(words, "minimum %s", minimum);
        say(words, "maximum %s", maximum);
        say(words, "profile %s", profile);
        say(words, "without model %s", excludedModels.isEmpty() ? null : String.join(" ", excludedModels));
        say(words, "without feature %s", excludedFeatures.isEmpty() ? null : String.join(" ", excludedFeatures));
        say(words, "vendors: %s", vendors);
        say(words, "the spec of %s", file);
        return words;
    }

    private static void say(List<String> words, String phrase, @Nullable Object value) {
        if (value != null) {
            words.add(phrase.formatted(value));
        }
    }

    /** The spec with these changes. */
    ClusterCpuBaselineSpec changed(ClusterCpuBaselineSpec spec) {
        AbiLevelBounds bounds = spec.abiLevel();
        CpuModelPolicy models = spec.cpuModel();
        FeaturePolicy features = spec.features();
        return new ClusterCpuBaselineSpec(
                spec.paused(),
                spec.nodeSelector(),
                vendors == null ? spec.vendors() : vendors.name(),
                new AbiLevelBounds(
                        minimum != null || bounds == null ? minimum : bounds.minimum(),
                        maximum != null || bounds == null ? maximum : bounds.maximum()),
                new CpuModelPolicy(
                        models == null ? null : models.name(),
                        joined(models == null ? List.of() : models.exclude(), excludedModels)),
                new FeaturePolicy(
                        profile == null ? features.profile() : profile.name(),
                        features.require(),
                        joined(features.exclude(), excludedFeatures)),
                spec.plannedNodes(),
                spec.capacity(),
                spec.changes(),
                spec.approvedRevision(),
                spec.virtualMachines(),
                spec.clusterDefault());
    }

    private static List<String> joined(List<String> some, List<String> more) {
        LinkedHashSet<String> all = new LinkedHashSet<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }
}
