package io.cpubaseline.cli.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.baseline.Revision;
import io.cpubaseline.cli.input.BaselineFound;
import io.cpubaseline.cli.resource.BaselineManifest;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The revisions of a cluster's baselines: pinned, pinned before, or candidates.
 *
 * @param byName each with what it stands for; what is pinned comes first
 */
record Revisions(Map<String, Known> byName) {

    /**
     * What a revision stands for.
     *
     * @param cpuModel its model
     * @param requiredFeatures its features
     * @param vendor the CPU vendor to which its guests are confined; empty for none, or where that isn't known
     * @param where the baseline that has it, and as what
     */
    record Known(String cpuModel, FeatureSet requiredFeatures, String vendor, String where) {}

    /** A baseline's; none where there is none, or it has no status. */
    static Revisions of(@Nullable BaselineManifest baseline) {
        Map<String, Known> known = new LinkedHashMap<>();
        if (baseline != null && baseline.status() != null) {
            add(known, baseline.name(), baseline.status());
        }
        return new Revisions(known);
    }

    /** Those of baselines among other objects; a status that is none, as of another version, has no revisions. */
    static Revisions of(List<BaselineFound> baselines) {
        Map<String, Known> known = new LinkedHashMap<>();
        ObjectMapper json = new ObjectMapper();
        for (BaselineFound baseline : baselines) {
            try {
                ClusterCpuBaselineStatus status = json.treeToValue(baseline.status(), ClusterCpuBaselineStatus.class);
                if (status != null) {
                    add(known, baseline.name(), status);
                }
            } catch (JsonProcessingException e) {
                // Nothing is known of it: it shares nothing.
            }
        }
        return new Revisions(known);
    }

    private static void add(Map<String, Known> known, String baseline, ClusterCpuBaselineStatus status) {
        PinnedBaseline pinned = status.pinned();
        if (pinned != null) {
            add(known, pinned, "pinned by " + baseline);
        }
        CandidateBaseline candidate = status.candidate();
        if (candidate != null) {
            String vendor = pinned == null ? "" : Objects.requireNonNullElse(pinned.vendor(), "");
            add(
                    known,
                    candidate.revision(),
                    candidate.cpuModel(),
                    candidate.requiredFeatures(),
                    vendor,
                    "a candidate of " + baseline);
        }
        status.history().forEach(before -> add(known, before.whole(pinned), "pinned by " + baseline + " before"));
    }

    private static void add(Map<String, Known> known, PinnedBaseline pinned, String where) {
        add(
                known,
                pinned.revision(),
                pinned.cpuModel(),
                pinned.requiredFeatures(),
                Objects.requireNonNullElse(pinned.vendor(), ""),
                where);
    }

    /** One whose name is not that of its model and features was edited by somebody, and is none. */
    private static void add(
            Map<String, Known> known,
            String revision,
            String model,
            Collection<RequiredFeature> required,
            String vendor,
            String where) {
        FeatureSet features =
                FeatureSet.copyOf(required.stream().map(RequiredFeature::name).toList());
        if (Revision.of(model, features).equals(revision)) {
            known.putIfAbsent(revision, new Known(model, features, vendor, where));
        }
    }

    /** What a revision stands for; one without features tells it by its name alone. */
    Optional<Known> find(String revision) {
        Known known = byName.get(revision);
        if (known != null) {
            return Optional.of(known);
        }
        int dash = revision.lastIndexOf('-');
        String model = dash < 0 ? "" : revision.substring(0, dash);
        return !model.isEmpty() && Revision.of(model, FeatureSet.empty()).equals(revision)
                ? Optional.of(new Known(model, FeatureSet.empty(), "", "a model alone"))
                : Optional.empty();
    }

    /** Those that the other cluster has, too, in this one's order. */
    List<String> sharedWith(Revisions other) {
        return byName.keySet().stream().filter(other.byName::containsKey).toList();
    }
}
