package io.cpubaseline.cli.whatif;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.api.v1alpha1.RequiredFeature;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.catalog.GuestNeeds;
import io.cpubaseline.cli.text.Page;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.cpu.GuestNeed;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.whatif.Difference;
import io.cpubaseline.whatif.Moves;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Prints what is before and after for people. */
final class WhatIfText {

    private static final int FEATURES = 8;
    private static final int NODES = 5;

    private static final Map<Moves.Fate, String> MEANING = Map.of(
            Moves.Fate.MustRestart, "must be restarted: their node goes, and no other can take them",
            Moves.Fate.LosesAllTargets, "can't migrate any more",
            Moves.Fate.MustMove, "must migrate, since their node goes",
            Moves.Fate.LosesTargets, "have fewer targets",
            Moves.Fate.GainsFirstTarget, "can migrate, and could not before",
            Moves.Fate.GainsTargets, "have more targets");

    private final Page page;
    private final WhatIf whatIf;
    private final boolean all;

    WhatIfText(Page page, WhatIf whatIf, boolean all) {
        this.page = page;
        this.whatIf = whatIf;
        this.all = all;
    }

    void print() {
        String heading = "What if";
        for (String sentence : whatIf.sentences()) {
            page.field(heading, sentence);
            heading = "";
        }
        if (whatIf.assumed()) {
            page.field("", "(a model's host is assumed to give all that the catalog has in it: not proven)");
        }
        boolean several = whatIf.comparisons().size() > 1;
        for (Comparison comparison : whatIf.comparisons()) {
            if (several) {
                page.heading("=== %s ==="
                        .formatted(comparison.vendor().isEmpty() ? "Nodes that tell no vendor" : comparison.vendor()));
                if (!comparison.touched()) {
                    untouched(comparison.before());
                    continue;
                }
            }
            compare(comparison);
            if (!whatIf.steps().isEmpty()) {
                new SequenceText(page, whatIf.steps()).print(comparison.vendor());
            }
        }
        virtualMachines();
    }

    /** What becomes of virtual machines that run, the worst first. */
    private void virtualMachines() {
        Moves moves = whatIf.moves();
        if (moves.looked() == 0) {
            return;
        }
        page.heading("Virtual machines that run: %d, with the CPU that they have now".formatted(moves.looked()));
        moves.byFate()
                .forEach((fate, some) -> page.item("%d %s: %s"
                        .formatted(
                                some.size(),
                                MEANING.getOrDefault(fate, ""),
                                some.stream()
                                                .limit(all ? some.size() : NODES)
                                                .map(WhatIfText::move)
                                                .collect(Collectors.joining(", "))
                                        + (all || some.size() <= NODES
                                                ? ""
                                                : " and %d more".formatted(some.size() - NODES)))));
        if (moves.byFate().isEmpty()) {
            page.item("Nothing changes for them.");
        }
        if (moves.elsewhere() > 0) {
            page.item("%d on nodes that are not among these are not looked at.".formatted(moves.elsewhere()));
        }
        page.item("By CPU, node selector, affinity and taints. cpu-baseline why-not --all knows the rest.");
    }

    private static String move(Moves.Move move) {
        return move.before() == move.after()
                ? move.guest().qualifiedName()
                : "%s (%d -> %d)".formatted(move.guest().qualifiedName(), move.before(), move.after());
    }

    private void untouched(View view) {
        answer("As before", view.answer());
        page.field("Nodes", "%d of %d can take it".formatted(view.taking().nodes(), view.selected()));
    }

    private void compare(Comparison comparison) {
        View before = comparison.before();
        View after = comparison.after();
        Difference difference = comparison.difference();
        if (!comparison.changes() && before.answer().baseline().isPresent()) {
            Baseline same = before.answer().baseline().get();
            page.field("As before", same.revision());
            page.field("Level", same.level().label());
            page.field("CPU model", same.model().name());
        } else {
            answer("Before", before.answer());
            answer("After", after.answer());
            page.field("Level", change(level(before.answer()), level(after.answer())) + guests(difference));
            page.field("CPU model", change(model(before.answer()), model(after.answer())));
            if (before.answer().baseline().isPresent()
                    && after.answer().baseline().isPresent()) {
                features("Gained", difference.gained());
                features("Lost", difference.lost());
            }
        }
        unproven(after);
        Targets.Count was = before.taking();
        Targets.Count is = after.taking();
        page.field(
                "Nodes",
                "%s can take it"
                        .formatted(change(
                                "%d of %d".formatted(was.nodes(), before.selected()),
                                "%d of %d".formatted(is.nodes(), after.selected()))));
        NodeCapacity whole = after.whole();
        if (whole.milliCores() > 0 || before.whole().milliCores() > 0) {
            page.field(
                    "Cores",
                    change(
                            share(was.capacity().cores(), before.whole().cores()),
                            share(is.capacity().cores(), whole.cores())));
        }
        if (whole.memory() > 0 || before.whole().memory() > 0) {
            page.field(
                    "Memory",
                    change(
                            "%s of %s"
                                    .formatted(
                                            was.capacity().memoryQuantity(),
                                            before.whole().memoryQuantity()),
                            "%s of %s".formatted(is.capacity().memoryQuantity(), whole.memoryQuantity())));
        }
        page.field("Migration", change(domains(before.domains()), domains(after.domains())));
        after.remarks().stream()
                .filter(remark -> !before.remarks().contains(remark))
                .forEach(remark -> page.field("", remark));
        machines(comparison);
    }

    private static String share(long part, long whole) {
        return "%d of %d".formatted(part, whole);
    }

    private static String change(String before, String after) {
        return before.equals(after) ? before : before + " -> " + after;
    }

    private void answer(String name, Answer answer) {
        if (answer instanceof NoBaseline none) {
            page.field(name, "none: %s: %s".formatted(none.reason(), none.message()));
        } else {
            page.field(name, answer.baseline().map(Baseline::revision).orElse(""));
        }
    }

    static String level(Answer answer) {
        return answer.baseline().map(Baseline::level).map(AbiLevel::label).orElse("none");
    }

    static String model(Answer answer) {
        return answer.baseline().map(baseline -> baseline.model().name()).orElse("none");
    }

    private static String guests(Difference difference) {
        List<GuestNeed> known = GuestNeeds.known();
        String then = names(difference.runThen(known));
        String noMore = names(difference.runNoMore(known));
        return (then.isEmpty() ? "" : "; %s can run then".formatted(then))
                + (noMore.isEmpty() ? "" : "; %s will NOT start any more".formatted(noMore));
    }

    private static String names(List<GuestNeed> needs) {
        return needs.stream().map(GuestNeed::guest).collect(Collectors.joining(", "));
    }

    private void features(String name, Difference.Protection features) {
        if (features.isEmpty()) {
            page.field(name, "nothing");
            return;
        }
        List<String> parts = new ArrayList<>();
        part(parts, "mitigations", features.mitigations(), true);
        part(parts, "hardening", features.hardening(), true);
        part(parts, "others", features.others(), all);
        page.field(name, String.join("; ", parts));
    }

    private static void part(List<String> parts, String name, FeatureSet features, boolean all) {
        List<String> names = features.names();
        int shown = all ? names.size() : Math.min(FEATURES, names.size());
        if (!names.isEmpty()) {
            parts.add("%s: %s%s"
                    .formatted(
                            name,
                            String.join(" ", names.subList(0, shown)),
                            names.size() > shown ? " and %d more".formatted(names.size() - shown) : ""));
        }
    }

    private void unproven(View after) {
        List<NodeCpu> nodes = after.unproven();
        if (!nodes.isEmpty()) {
            page.field(
                    "",
                    "NOT PROVEN: the hardware of %s allows it, and no hypervisor there has said that it gives it."
                            .formatted(few(nodes)));
        }
    }

    private static String domains(SortedMap<String, Targets.Count> domains) {
        return domains.isEmpty()
                ? "nowhere"
                : domains.entrySet().stream()
                        .map(domain -> "%s among %d"
                                .formatted(
                                        domain.getKey().isEmpty() ? "unknown vendor" : domain.getKey(),
                                        domain.getValue().nodes()))
                        .collect(Collectors.joining(", "));
    }

    /** What becomes of guests that have the answer of before, or what is pinned. */
    private void machines(Comparison comparison) {
        comparison
                .before()
                .pin()
                .ifPresent(pin -> guestsWith(
                        comparison
                                .before()
                                .answer()
                                .baseline()
                                .map(Baseline::revision)
                                .orElse(""),
                        pin,
                        comparison));
        PinnedBaseline pinned = whatIf.pinned();
        if (pinned != null
                && comparison
                        .before()
                        .answer()
                        .baseline()
                        .filter(baseline -> baseline.revision().equals(pinned.revision()))
                        .isEmpty()) {
            guestsWith(pinned.revision() + ", which is pinned,", pin(pinned), comparison);
        }
    }

    private static Criteria.Pin pin(PinnedBaseline pinned) {
        return new Criteria.Pin(
                pinned.cpuModel(),
                FeatureSet.copyOf(pinned.requiredFeatures().stream()
                        .map(RequiredFeature::name)
                        .toList()),
                Objects.requireNonNullElse(pinned.vendor(), ""));
    }

    private void guestsWith(String revision, Criteria.Pin pin, Comparison comparison) {
        int before = comparison.before().taking(pin).nodes();
        int after = comparison.after().taking(pin).nodes();
        page.field("Guests", "with %s: %d nodes can take them, then %d.".formatted(revision, before, after));
        List<NodeCpu> without = comparison.after().withoutThat(pin);
        if (!without.isEmpty()) {
            page.field("", "No targets for them: %s.".formatted(few(without)));
        }
        if (after == 0) {
            page.field("", "They can neither start nor migrate then, until they get another baseline.");
        } else if (after == 1 && before > 1) {
            page.field("", "One on that node has nowhere to migrate to.");
        }
        if (comparison.changes() && comparison.after().answer().baseline().isPresent()) {
            page.field(
                    "",
                    "They keep it until they are restarted with %s."
                            .formatted(
                                    comparison.after().answer().baseline().get().revision()));
        }
    }

    private String few(List<NodeCpu> nodes) {
        int named = all ? nodes.size() : Math.min(NODES, nodes.size());
        return nodes.subList(0, named).stream().map(NodeCpu::name).collect(Collectors.joining(", "))
                + (nodes.size() > named ? " and %d more".formatted(nodes.size() - named) : "");
    }
}
