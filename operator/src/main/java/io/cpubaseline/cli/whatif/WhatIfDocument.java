package io.cpubaseline.cli.whatif;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.whatif.Difference;
import io.cpubaseline.whatif.Moves;
import io.cpubaseline.whatif.NodeChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The same for programs. */
final class WhatIfDocument {

    private WhatIfDocument() {}

    static Map<String, Object> of(WhatIf whatIf) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(
                "nodeChanges",
                whatIf.changes().stream().map(WhatIfDocument::change).toList());
        document.put("policyChanges", whatIf.policy());
        document.put(
                "answers",
                whatIf.comparisons().stream().map(WhatIfDocument::comparison).toList());
        if (!whatIf.steps().isEmpty()) {
            document.put(
                    "steps", whatIf.steps().stream().map(WhatIfDocument::step).toList());
        }
        if (whatIf.moves().looked() > 0) {
            document.put("virtualMachines", machines(whatIf.moves()));
        }
        HostsTold.Document evidence = whatIf.told().document();
        if (evidence != null) {
            document.put("evidence", evidence);
        }
        return document;
    }

    private static Map<String, Object> machines(Moves moves) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("looked", moves.looked());
        document.put("elsewhere", moves.elsewhere());
        List<Object> touched = new ArrayList<>();
        moves.byFate()
                .forEach((fate, some) -> some.forEach(move -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("namespace", move.guest().namespace());
                    one.put("name", move.guest().name());
                    one.put("node", move.guest().node());
                    one.put("fate", fate.name());
                    one.put("targetsBefore", move.before());
                    one.put("targetsAfter", move.after());
                    touched.add(one);
                }));
        document.put("touched", touched);
        return document;
    }

    private static Map<String, Object> change(NodeChange change) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("node", change.name());
        document.put("change", change.kind().name());
        if (!change.what().isEmpty()) {
            document.put("to", change.what());
        }
        return document;
    }

    private static Map<String, Object> comparison(Comparison comparison) {
        Map<String, Object> document = new LinkedHashMap<>();
        if (!comparison.vendor().isEmpty()) {
            document.put("vendor", comparison.vendor());
        }
        document.put("changed", comparison.changes());
        document.put("before", view(comparison.before()));
        document.put("after", view(comparison.after()));
        document.put("gained", features(comparison.difference().gained()));
        document.put("lost", features(comparison.difference().lost()));
        comparison.before().pin().ifPresent(pin -> {
            Map<String, Object> guests = new LinkedHashMap<>();
            guests.put(
                    "revision",
                    comparison
                            .before()
                            .answer()
                            .baseline()
                            .map(Baseline::revision)
                            .orElse(""));
            guests.put("targetsBefore", comparison.before().taking(pin).nodes());
            guests.put("targetsAfter", comparison.after().taking(pin).nodes());
            guests.put(
                    "noTargets",
                    comparison.after().withoutThat(pin).stream()
                            .map(NodeCpu::name)
                            .toList());
            document.put("guestsOfBefore", guests);
        });
        return document;
    }

    private static Map<String, Object> features(Difference.Protection features) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("mitigations", features.mitigations().names());
        document.put("hardening", features.hardening().names());
        document.put("others", features.others().names());
        return document;
    }

    private static Map<String, Object> step(Step step) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(
                "nodeChanges",
                step.changes().stream().map(WhatIfDocument::change).toList());
        document.put("answers", answers(step.after()));
        return document;
    }

    private static List<Object> answers(SortedMap<String, View> views) {
        List<Object> answers = new ArrayList<>();
        views.forEach((vendor, view) -> {
            Map<String, Object> answer = new LinkedHashMap<>();
            if (!vendor.isEmpty()) {
                answer.put("vendor", vendor);
            }
            answer.putAll(view(view));
            answers.add(answer);
        });
        return answers;
    }

    private static Map<String, Object> view(View view) {
        Map<String, Object> document = new LinkedHashMap<>();
        if (view.answer() instanceof NoBaseline none) {
            document.put("reason", none.reason().name());
            document.put("message", none.message());
        }
        view.answer().baseline().ifPresent(baseline -> {
            document.put("revision", baseline.revision());
            document.put("abiLevel", baseline.level().label());
            document.put("cpuModel", baseline.model().name());
            document.put("requiredFeatures", List.copyOf(baseline.required().keySet()));
        });
        document.put("nodesSelected", view.selected());
        document.put("nodesTakingIt", view.taking().nodes());
        document.put("capacity", capacity(view.whole()));
        document.put("capacityTakingIt", capacity(view.taking().capacity()));
        Map<String, Object> domains = new LinkedHashMap<>();
        for (Map.Entry<String, Targets.Count> domain : view.domains().entrySet()) {
            domains.put(domain.getKey(), domain.getValue().nodes());
        }
        document.put("migrationDomains", domains);
        if (!view.remarks().isEmpty()) {
            document.put("remarks", view.remarks());
        }
        return document;
    }

    private static Map<String, Object> capacity(NodeCapacity capacity) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("cores", capacity.cores());
        document.put("memory", capacity.memoryQuantity());
        return document;
    }
}
