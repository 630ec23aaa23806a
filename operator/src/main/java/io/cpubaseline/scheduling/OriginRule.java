package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.GuestShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** One explanation for a key of a pod's node selector. The rules are an ordered list: the first that explains the key names its origin. */
interface OriginRule {

    Optional<Origin> explain(String key, Background background);

    /**
     * All rules: first what KubeVirt makes of the guest, which overwrites an equal key of the owner; then selectors as somebody wrote them; last
     * what only a migration adds.
     */
    List<OriginRule> ALL = List.of(
            of(Origin.NotSchedulable, KubeVirtLabels.SCHEDULABLE::equals),
            of(Origin.Architecture, KubeVirtLabels.ARCHITECTURE::equals),
            when(
                    Origin.CpuModel,
                    (key, background) -> background.guest().hasNamedModel()
                            && key.equals(
                                    KubeVirtLabels.MODEL + background.guest().model())),
            when(
                    Origin.HyperV,
                    (key, background) -> shape(background).evmcs() && key.equals(KubeVirtLabels.FEATURE + "vmx")),
            when(Origin.RequiredFeatures, OriginRule::isRequired),
            of(Origin.MachineType, family(KubeVirtLabels.MACHINE_TYPE)),
            of(Origin.TscFrequency, family(KubeVirtLabels.TSC)),
            of(Origin.HyperV, family(KubeVirtLabels.HYPERV)),
            when(
                    Origin.HyperV,
                    (key, background) -> shape(background).evmcs()
                            && background.rules().hypervStrictCheck()
                            && key.equals(KubeVirtLabels.VENDOR + "Intel")),
            of(Origin.Realtime, KubeVirtLabels.REALTIME::equals),
            of(
                    Origin.DedicatedCpus,
                    key -> key.equals(KubeVirtLabels.CPU_MANAGER) || key.equals(KubeVirtLabels.OTHER_CPU_MANAGER)),
            when(
                    Origin.ConfidentialComputing,
                    (key, background) -> shape(background).labels().contains(key)),
            when(
                    Origin.BaselineVendor,
                    (key, background) -> key.startsWith(KubeVirtLabels.VENDOR)
                            && background
                                    .guest()
                                    .ofBaseline()
                                    .vendors()
                                    .contains(key.substring(KubeVirtLabels.VENDOR.length()))),
            when(Origin.OwnSelector, (key, background) -> own(background).containsKey(key)),
            when(
                    Origin.KubeVirtSelector,
                    (key, background) -> background.rules().selection().labels().containsKey(key)),
            migrating(Origin.SourceVendor, (key, source) -> key.startsWith(KubeVirtLabels.VENDOR)),
            migrating(
                    Origin.StickyHostModel,
                    (key, source) -> isOfHostModel(key) && source.selector().containsKey(key)),
            migrating(Origin.HostModel, (key, source) -> isOfHostModel(key)),
            migrating(Origin.AddedSelector, (key, source) -> true));

    /** The origin of a key. */
    static Origin of(String key, Background background) {
        return ALL.stream()
                .flatMap(rule -> rule.explain(key, background).stream())
                .findFirst()
                .orElse(Origin.Unexplained);
    }

    private static OriginRule of(Origin origin, Predicate<String> isIt) {
        return (key, background) -> isIt.test(key) ? Optional.of(origin) : Optional.empty();
    }

    private static OriginRule when(Origin origin, BiPredicate<String, Background> isIt) {
        return (key, background) -> isIt.test(key, background) ? Optional.of(origin) : Optional.empty();
    }

    private static OriginRule migrating(Origin origin, BiPredicate<String, Source> isIt) {
        return (key, background) ->
                background.source().filter(source -> isIt.test(key, source)).map(source -> origin);
    }

    private static Predicate<String> family(String prefix) {
        return key -> key.startsWith(prefix);
    }

    private static GuestShape shape(Background background) {
        return background.guest().shape();
    }

    private static Map<String, String> own(Background background) {
        return shape(background).placement().selection().labels();
    }

    private static boolean isRequired(String key, Background background) {
        return key.startsWith(KubeVirtLabels.FEATURE)
                && shape(background).features().contains(key.substring(KubeVirtLabels.FEATURE.length()));
    }

    private static boolean isOfHostModel(String key) {
        return key.startsWith(KubeVirtLabels.FEATURE) || key.startsWith(KubeVirtLabels.MIGRATION_MODEL);
    }
}
