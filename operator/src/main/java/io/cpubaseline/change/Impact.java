package io.cpubaseline.change;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.HostModel;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.cpu.GuestNeed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a change of the baseline means for guests, in words. */
final class Impact {

    private static final int FEATURES_NAMED = 48;

    private final CpuCatalog catalog;
    private final FeatureSet mitigations;
    private final List<GuestNeed> needs;

    Impact(CpuCatalog catalog, FeatureSet mitigations, List<GuestNeed> needs) {
        this.catalog = catalog;
        this.mitigations = mitigations;
        this.needs = List.copyOf(needs);
    }

    /** What the first baseline means for guests that run as host-model until then. */
    String ofTheFirst(Baseline baseline, Explanation explanation) {
        FeatureSet guest = baseline.guestFeatures();
        HostModel lost = explanation.classes().stream()
                .map(ClassCost::hostModel)
                .reduce(HostModel.nothing(), HostModel::and)
                .minus(guest);
        return "Guests get %s. %sAt their next start guests of host-model lose %s."
                .formatted(
                        baseline.level(),
                        doNotStart("can't start", need -> !baseline.level().atLeast(need.level())),
                        kinds(lost));
    }

    /** What changes for guests that have the pinned baseline. */
    String ofAChange(Pin pinned, Pin next) {
        Optional<FeatureSet> before = pinned.guestFeatures(catalog);
        Optional<FeatureSet> after = next.guestFeatures(catalog);
        if (before.isEmpty() || after.isEmpty()) {
            return "%sGuests change from %s to %s at their next start."
                    .formatted(noLongerStart(pinned.level(), next.level()), pinned.cpuModel(), next.cpuModel());
        }
        FeatureSet gained = after.get().minus(before.get());
        FeatureSet lost = before.get().minus(after.get());
        return "%sAt their next start guests gain %s and lose %s.%s%s"
                .formatted(
                        noLongerStart(pinned.level(), next.level()),
                        words(gained),
                        words(lost),
                        amongThem("Mitigations gained", gained.intersect(mitigations)),
                        amongThem("Mitigations lost", lost.intersect(mitigations)));
    }

    private static String amongThem(String what, FeatureSet features) {
        return features.isEmpty() ? "" : " %s: %s.".formatted(what, words(features));
    }

    private String noLongerStart(AbiLevel before, AbiLevel after) {
        return doNotStart(
                "will not start any more", need -> before.atLeast(need.level()) && !after.atLeast(need.level()));
    }

    /** A sentence that names the guests that are meant, and one that they need more; nothing if there are none. */
    private String doNotStart(String what, Predicate<GuestNeed> meant) {
        String guests = needs.stream()
                .filter(meant)
                .map(need -> "%s (needs %s)".formatted(need.guest(), need.level()))
                .collect(Collectors.joining(", "));
        return guests.isEmpty() ? "" : "%s %s. ".formatted(guests, what);
    }

    private static String kinds(HostModel lost) {
        List<String> kinds = new ArrayList<>();
        kind(kinds, "nested virtualization", lost.nesting());
        kind(kinds, "mitigations", lost.mitigations());
        kind(kinds, "hardening", lost.hardening());
        kind(kinds, "immunity", lost.immunity());
        return kinds.isEmpty() ? "neither nested virtualization nor protection" : String.join("; ", kinds);
    }

    private static void kind(List<String> kinds, String name, FeatureSet features) {
        if (!features.isEmpty()) {
            kinds.add("%s (%s)".formatted(name, words(features)));
        }
    }

    private static String words(FeatureSet features) {
        if (features.isEmpty()) {
            return "nothing";
        }
        List<String> names = features.names();
        int named = Math.min(FEATURES_NAMED, names.size());
        String text = String.join(" ", names.subList(0, named));
        return named < names.size() ? "%s and %d more".formatted(text, names.size() - named) : text;
    }
}
