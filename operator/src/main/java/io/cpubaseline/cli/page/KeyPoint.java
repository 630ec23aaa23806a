package io.cpubaseline.cli.page;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.HostModel;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.cpu.GuestNeed;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * One thing to know before a meeting.
 *
 * @param about what it is about, in a word or two
 * @param tone whether it is good news
 * @param sentence the thing
 */
record KeyPoint(String about, Tone tone, String sentence) {

    private static final int NAMES = 2;

    /** How a point is meant. */
    enum Tone {
        /** As it should be. */
        GOOD,
        /** To be known. */
        NOTE,
        /** To be decided or mended. */
        ACT
    }

    /** What a model shows guests that is not the CPU that they run on. */
    private static final Map<String, String> KERNEL =
            Map.of("OldFamilyModel", "an older CPU", "ForeignVendorModel", "another vendor's CPU");

    static List<KeyPoint> of(Findings findings) {
        List<KeyPoint> points = new ArrayList<>();
        if (findings.unproven()) {
            points.add(proof(findings.whole()));
        }
        points.addAll(ofEach(findings, (scope, given) -> Optional.of(guests(given, findings.guests()))));
        migration(findings).ifPresent(points::add);
        findings.answers().stream()
                .filter(scope -> scope.given().isEmpty() && scope.contributing() > 0)
                .forEach(scope -> points.add(wayOut(findings, scope)));
        points.addAll(ofEach(
                findings,
                (scope, given) ->
                        best(scope, given.level()).map(gain -> new KeyPoint("Held back", Tone.NOTE, gain.words()))));
        points.addAll(ofEach(findings, (scope, given) -> Optional.of(security(scope))));
        findings.mixed().map(mixed -> oneForAll(findings, mixed)).ifPresent(points::add);
        leftOut(findings.whole().fleet()).ifPresent(points::add);
        return List.copyOf(points);
    }

    /** One point for each answer, under the name of its nodes; one for all where they are the same. */
    private static List<KeyPoint> ofEach(Findings findings, BiFunction<Scope, Given, Optional<KeyPoint>> rule) {
        Map<KeyPoint, List<String>> points = new LinkedHashMap<>();
        for (Scope scope : findings.answers()) {
            scope.given()
                    .flatMap(given -> rule.apply(scope, given))
                    .ifPresent(point -> points.computeIfAbsent(point, same -> new ArrayList<>())
                            .add(scope.name()));
        }
        boolean named = findings.severalVendors();
        return points.entrySet().stream()
                .map(point -> named
                        ? new KeyPoint(
                                point.getKey().about(),
                                point.getKey().tone(),
                                "%s: %s"
                                        .formatted(
                                                Words.and(point.getValue()),
                                                point.getKey().sentence()))
                        : point.getKey())
                .toList();
    }

    private static KeyPoint proof(Scope whole) {
        List<String> names = whole.unproven().stream().map(node -> node.name()).toList();
        return new KeyPoint(
                "Proof",
                Tone.ACT,
                "NOT PROVEN: for %s only the hardware is known (%s). Run virsh domcapabilities on each of them and ask again."
                        .formatted(Words.nodes(names.size()), Words.some(names)));
    }

    private static KeyPoint guests(Given given, List<GuestNeed> needs) {
        List<String> run = needs.stream()
                .filter(need -> given.level().atLeast(need.level()))
                .map(GuestNeed::guest)
                .toList();
        List<String> not = needs.stream()
                .filter(need -> !given.level().atLeast(need.level()))
                .map(need -> "%s (needs %s)".formatted(need.guest(), need.level()))
                .toList();
        String sentence = run.isEmpty() ? "" : Words.and(run) + (run.size() == 1 ? " runs." : " run.");
        return new KeyPoint(
                "Guest systems",
                not.isEmpty() ? Tone.GOOD : Tone.ACT,
                (sentence + (not.isEmpty() ? "" : " %s will not run.".formatted(Words.and(not)))).strip());
    }

    private static Optional<KeyPoint> migration(Findings findings) {
        Map<String, Integer> domains = findings.whole().explanation().domains();
        if (findings.answered().isEmpty() || domains.isEmpty()) {
            return Optional.empty();
        }
        List<String> among = domains.entrySet().stream()
                .filter(domain -> domain.getValue() > 1)
                .map(domain ->
                        "among the %s of %s".formatted(Words.nodes(domain.getValue()), Words.vendor(domain.getKey())))
                .toList();
        List<String> lonely = domains.entrySet().stream()
                .filter(domain -> domain.getValue() == 1)
                .map(domain -> "the only node of %s".formatted(Words.vendor(domain.getKey())))
                .toList();
        List<String> sentences = new ArrayList<>();
        if (!among.isEmpty()) {
            sentences.add("A running virtual machine can move %s%s."
                    .formatted(Words.and(among), domains.size() > 1 ? ", and never from one vendor to another" : ""));
        }
        if (!lonely.isEmpty()) {
            sentences.add("One on %s can't leave it.".formatted(String.join(" or on ", lonely)));
        }
        return Optional.of(
                new KeyPoint("Live migration", lonely.isEmpty() ? Tone.GOOD : Tone.ACT, String.join(" ", sentences)));
    }

    /** What the others would have without one kind of nodes. */
    private record Gain(CpuClass without, Baseline baseline) {

        String words() {
            return "Without %s, the others would reach %s with %s."
                    .formatted(
                            Words.some(
                                    without.nodes().stream().map(NodeCpu::name).toList(), NAMES),
                            Words.level(baseline.level()),
                            baseline.model().name());
        }
    }

    /** The kind of nodes without which most would be won: the highest level first, then the fewest nodes. */
    private static Optional<Gain> best(Scope scope, AbiLevel above) {
        return scope.explanation().classes().stream()
                .flatMap(cost -> cost.without().baseline().stream()
                        .filter(baseline -> baseline.level().compareTo(above) > 0)
                        .map(baseline -> new Gain(cost.cpuClass(), baseline)))
                .min(Comparator.comparing((Gain gain) -> gain.baseline().level(), Comparator.reverseOrder())
                        .thenComparing(gain -> gain.without().nodes().size()));
    }

    private static KeyPoint wayOut(Findings findings, Scope scope) {
        String sentence = scope.explains()
                ? best(scope, AbiLevel.NONE)
                        .map(Gain::words)
                        .orElse("There is no single kind of nodes without which the others would have one.")
                : Words.and(scope.status().vendorBaselines().stream()
                                .map(vendor -> vendor.cpuModel() == null
                                        ? "%s has none".formatted(Words.vendor(vendor.vendor()))
                                        : "%s by itself reaches %s"
                                                .formatted(Words.vendor(vendor.vendor()), vendor.abiLevel()))
                                .toList())
                        + ".";
        return new KeyPoint(
                "No baseline",
                Tone.ACT,
                "%s%s".formatted(findings.severalVendors() ? scope.name() + ": " : "", sentence));
    }

    private static KeyPoint security(Scope scope) {
        HostModel lost = scope.lost();
        List<String> bad = new ArrayList<>();
        if (!lost.mitigations().isEmpty()) {
            bad.add("Guests go without mitigation controls that some of their nodes have: %s."
                    .formatted(String.join(" ", lost.mitigations().names())));
        }
        scope.condition("MigrationPossible")
                .filter(condition -> KERNEL.containsKey(condition.reason()))
                .ifPresent(condition -> bad.add(
                        "The model shows guests %s, so their kernels leave out what they would do on this one: see \"Security\"."
                                .formatted(KERNEL.get(condition.reason()))));
        if (!bad.isEmpty()) {
            return new KeyPoint("Security", Tone.ACT, String.join(" ", bad));
        }
        String kept = "Guests keep every mitigation control that their nodes give.";
        return lost.hardening().isEmpty()
                ? new KeyPoint("Security", Tone.GOOD, kept)
                : new KeyPoint(
                        "Security",
                        Tone.NOTE,
                        "%s They go without hardening that some of their nodes have: %s."
                                .formatted(
                                        kept, String.join(" ", lost.hardening().names())));
    }

    private static KeyPoint oneForAll(Findings findings, Scope mixed) {
        if (mixed.given().isEmpty()) {
            return new KeyPoint(
                    "One for all",
                    Tone.NOTE,
                    "There is no baseline that all vendors could share. %s"
                            .formatted(Words.onPage(mixed.ready().message())));
        }
        Given given = mixed.given().get();
        List<String> lower = findings.answers().stream()
                .flatMap(scope -> scope.given().stream()
                        .filter(own -> own.level().compareTo(given.level()) > 0)
                        .map(own -> "%s reaches %s by itself".formatted(scope.name(), own.level())))
                .toList();
        FeatureSet lost = mixed.lost().mitigations();
        return new KeyPoint(
                "One for all",
                Tone.NOTE,
                "One baseline for all vendors would be %s (%s)%s%s."
                        .formatted(
                                given.model(),
                                Words.level(given.level()),
                                lower.isEmpty() ? "" : ", while " + Words.and(lower),
                                lost.isEmpty()
                                        ? ""
                                        : "; guests would go without the mitigation controls "
                                                + String.join(" ", lost.names())));
    }

    private static Optional<KeyPoint> leftOut(Fleet fleet) {
        int unknown = fleet.count(State.UNKNOWN);
        int unfit = fleet.count(State.UNFIT);
        if (unknown + unfit == 0) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>();
        if (unknown > 0) {
            parts.add("%s %s unknown".formatted(Words.nodes(unknown), unknown == 1 ? "is" : "are"));
        }
        if (unfit > 0) {
            parts.add("%s %s unfit".formatted(Words.nodes(unfit), unfit == 1 ? "is" : "are"));
        }
        return Optional.of(new KeyPoint(
                "Not counted",
                Tone.ACT,
                "%s: \"%s\" names them with the reasons.".formatted(Words.and(parts), LeftOutSection.HEADING)));
    }
}
