package io.cpubaseline.explain;

import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuModel;
import io.cpubaseline.cpu.FeatureSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is known of flags, models and levels whatever the nodes. No answer depends on any of it.
 *
 * @param flags what flags are for
 * @param switches what takes flags from guests
 * @param uses who wants which level, the lowest level first
 * @param losses what work loses without a feature
 * @param years when CPUs came, by the model's name without version and suffixes
 * @param missing what is known beyond the words of why nodes lack a flag that their CPUs could have
 * @param roles why a feature has a role of its own in the selection, by rule and name
 * @param vocabularies what is written down about a CPU's flags, and by whom
 */
public record Facts(
        List<FlagFact> flags,
        List<Switch> switches,
        List<LevelUse> uses,
        List<WorkloadLoss> losses,
        Map<String, ModelYear> years,
        List<MissingSource> missing,
        List<Role> roles,
        Vocabularies vocabularies) {

    /** Makes the collections immutable. */
    public Facts {
        flags = List.copyOf(flags);
        switches = List.copyOf(switches);
        uses = List.copyOf(uses);
        losses = List.copyOf(losses);
        years = Map.copyOf(years);
        missing = List.copyOf(missing);
        roles = List.copyOf(roles);
    }

    /**
     * What a flag is for.
     *
     * @param feature libvirt's name, which may begin or end with an asterisk
     * @param what what it is
     * @param note what is often misunderstood about it; may be empty
     * @param source where that is said
     */
    public record FlagFact(String feature, String what, String note, String source) {}

    /**
     * Who wants a level.
     *
     * @param level the level
     * @param kind {@code system}, {@code language}, {@code library} or {@code program}
     * @param who who wants it
     * @param how {@code needs}, {@code prefers} or {@code can}
     * @param words more about it; may be empty
     * @param source where that is said
     */
    public record LevelUse(AbiLevel level, String kind, String who, String how, String words, String source) {}

    /**
     * What work loses.
     *
     * @param features without any of these the loss is there
     * @param level the level that has them; {@link AbiLevel#NONE} if none has
     * @param workload the work
     * @param loses how much
     * @param source where that is said, or how it was measured
     */
    public record WorkloadLoss(FeatureSet features, AbiLevel level, String workload, String loses, String source) {}

    /**
     * When a CPU came.
     *
     * @param cpu the CPU
     * @param year the year of its launch
     * @param source where that is said
     */
    public record ModelYear(String cpu, int year, String source) {}

    /**
     * Where it is said why nodes lack a flag.
     *
     * @param why the words of {@link io.cpubaseline.baseline.SelectionRules.MissingFeature}
     * @param by who took it
     * @param source where that is said
     */
    public record MissingSource(String why, Lack.By by, String source) {}

    /**
     * A role that a feature has in the selection.
     *
     * @param rule the rule, as {@code feature-rules.csv} and {@code host-rules.csv} call it
     * @param feature libvirt's name, which may begin or end with an asterisk
     * @param why why
     */
    public record Role(String rule, String feature, String why) {}

    /**
     * Who has words for which flags: what somebody has no word for, he can't deny.
     *
     * @param nfd node-feature-discovery, by vendor
     * @param nfdLabels the same, for what it publishes as labels by default
     * @param linux the line {@code flags} of {@code /proc/cpuinfo}
     */
    public record Vocabularies(
            Function<String, FeatureSet> nfd, Function<String, FeatureSet> nfdLabels, FeatureSet linux) {}

    /** What is known of a flag; the most precise entry counts. */
    Optional<FlagFact> flag(String feature) {
        return flags.stream()
                .filter(fact -> matches(fact.feature(), feature))
                .max(Comparator.comparingInt((FlagFact fact) -> precision(fact.feature())));
    }

    /** The role of a feature by one of these rules. */
    Optional<Role> role(String feature, String... rules) {
        List<String> wanted = List.of(rules);
        return roles.stream()
                .filter(role -> wanted.contains(role.rule()) && matches(role.feature(), feature))
                .max(Comparator.comparingInt((Role role) -> precision(role.feature())));
    }

    /** When the CPU came that a model is named after. */
    Optional<ModelYear> year(CpuModel model) {
        String name = model.name().replaceFirst("-v\\d+$", "").replaceAll("-(IBRS|IBPB|noTSX)(?=-|$)", "");
        return Optional.ofNullable(years.get(name));
    }

    /** What is lost without one of these features. */
    List<WorkloadLoss> lossesWithout(FeatureSet features) {
        return losses.stream()
                .filter(loss -> !loss.features().intersect(features).isEmpty())
                .toList();
    }

    private static int precision(String pattern) {
        return pattern.contains("*") ? pattern.length() - 1 : Integer.MAX_VALUE;
    }

    /** Whether a name is meant by a pattern, which may begin or end with an asterisk. */
    static boolean matches(String pattern, String name) {
        String plain = pattern.toLowerCase(Locale.ROOT);
        if (plain.endsWith("*")) {
            return name.startsWith(plain.substring(0, plain.length() - 1));
        }
        return plain.startsWith("*") ? name.endsWith(plain.substring(1)) : plain.equals(name);
    }
}
