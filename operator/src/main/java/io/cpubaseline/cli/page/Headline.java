package io.cpubaseline.cli.page;

import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answer in a sentence that anybody understands, and one or two more.
 *
 * @param words the sentence
 * @param lead what it means
 */
record Headline(String words, String lead) {

    static Headline of(Findings findings) {
        if (findings.severalVendors()) {
            return ofVendors(findings);
        }
        Scope scope = findings.whole();
        return scope.given().map(given -> given(scope, given)).orElseGet(() -> none(scope));
    }

    private static Headline given(Scope scope, Given given) {
        int counted = scope.contributing();
        int selected = scope.fleet().selected();
        String level = reached(given);
        List<NodeCpu> unproven = scope.unproven();
        if (!unproven.isEmpty()) {
            return new Headline(
                    "The hardware of %s allows %s, and nothing proves it yet".formatted(all(counted, selected), level),
                    ("With the CPU model %s a virtual machine is expected to run on each of them. For %s only the hardware is known, and no"
                                    + " hypervisor has said what it gives.")
                            .formatted(
                                    given.model(), unproven.size() == counted ? "them" : Words.nodes(unproven.size())));
        }
        return new Headline(
                "%s can give virtual machines %s".formatted(capital(all(counted, selected)), level),
                counted == 1
                        ? "Its CPU model for virtual machines is %s. It is the only one that counts: a virtual machine there has nowhere to move."
                                .formatted(given.model())
                        : "With the CPU model %s a virtual machine gets the same CPU on each of them.%s"
                                .formatted(given.model(), moves(scope)));
    }

    private static String moves(Scope scope) {
        int domains = scope.explanation().domains().size();
        return domains == 1 ? " It can move between them while it runs." : "";
    }

    private static String all(int counted, int selected) {
        if (counted < selected) {
            return "%s of %s".formatted(Words.number(counted), Words.nodes(selected));
        }
        return switch (counted) {
            case 1 -> "the one node";
            case 2 -> "both nodes";
            default -> "all " + Words.nodes(counted);
        };
    }

    private static Headline ofVendors(Findings findings) {
        Map<String, List<String>> byLevel = new LinkedHashMap<>();
        List<String> without = new ArrayList<>();
        for (Scope scope : findings.answers()) {
            scope.given()
                    .ifPresentOrElse(
                            given -> byLevel.computeIfAbsent(reached(given), level -> new ArrayList<>())
                                    .add(scope.name()),
                            () -> without.add(scope.name()));
        }
        if (byLevel.isEmpty()) {
            return new Headline(
                    "%s: no baseline for the nodes of either vendor".formatted(Words.and(without)),
                    "Neither all nodes nor those of one vendor have a CPU model in common that can be given to virtual machines. What stands in the"
                            + " way is below.");
        }
        List<String> parts = new ArrayList<>();
        byLevel.forEach((level, vendors) ->
                parts.add("%s %s %s".formatted(Words.and(vendors), vendors.size() == 1 ? "reaches" : "reach", level)));
        if (!without.isEmpty()) {
            parts.add("%s %s none".formatted(Words.and(without), without.size() == 1 ? "has" : "have"));
        }
        return new Headline(
                "%s: one baseline per vendor%s"
                        .formatted(String.join(", ", parts), findings.unproven() ? ", and nothing proves it yet" : ""),
                "KubeVirt moves a running virtual machine only between nodes of one CPU vendor, so each vendor gets a baseline of its own. One for"
                        + " all vendors lets a virtual machine start anywhere, and costs what stands below.");
    }

    private static Headline none(Scope scope) {
        Condition ready = scope.ready();
        return new Headline(
                switch (ready.reason()) {
                    case "VendorsMixed" -> "One baseline can't span the CPU vendors of these nodes";
                    case "NoCommonModel" ->
                        scope.contributing() == 1
                                ? "The one node has no CPU model for virtual machines"
                                : "These nodes have no CPU model in common";
                    case "NoContributingNodes" -> "No node says what it can give to virtual machines";
                    case "BelowMinimum" -> "The nodes stay below the level that is asked for";
                    default -> "There is no baseline for these nodes";
                },
                Words.onPage(ready.message()));
    }

    /** What to call the answer by: the model where there is no level. */
    private static String reached(Given given) {
        return given.level() == AbiLevel.NONE ? given.model() : given.level().label();
    }

    private static String capital(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
