package io.cpubaseline.cli.page;

import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.Explanation;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The kinds of nodes, the biggest first. A page has room for a few: those that hold others back come before those that don't.
 *
 * @param shown those that the page shows one by one
 * @param further those that it only counts
 */
record Kinds(List<Kind> shown, List<Kind> further) {

    /** How many columns and rows people still look through. */
    private static final int MOST = 12;

    static Kinds of(Scope whole, List<Scope> scopes) {
        List<ClassCost> all = whole.explanation().classes();
        Set<CpuEvidence> chosen = new HashSet<>();
        if (all.size() > MOST) {
            all.stream()
                    .filter(cost -> holdsBack(cost.cpuClass(), scopes))
                    .limit(MOST)
                    .forEach(cost -> chosen.add(cost.cpuClass().evidence()));
            all.stream()
                    .map(cost -> cost.cpuClass().evidence())
                    .filter(evidence -> chosen.size() < MOST)
                    .forEach(chosen::add);
        }
        List<Kind> shown = new ArrayList<>();
        List<Kind> further = new ArrayList<>();
        for (ClassCost cost : all) {
            if (all.size() <= MOST || chosen.contains(cost.cpuClass().evidence())) {
                shown.add(Kind.of(String.valueOf((char) ('A' + shown.size())), cost));
            } else {
                further.add(Kind.of("", cost));
            }
        }
        return new Kinds(List.copyOf(shown), List.copyOf(further));
    }

    /** Whether the others would have more without it, or it alone blocks something. */
    private static boolean holdsBack(CpuClass cpuClass, List<Scope> scopes) {
        return scopes.stream().anyMatch(scope -> {
            AbiLevel reached = scope.given().map(Given::level).orElse(AbiLevel.NONE);
            Explanation explanation = scope.explanation();
            return Optional.ofNullable(scope.costs().get(cpuClass.evidence()))
                    .filter(cost -> !cost.lacks().isEmpty()
                            || cost.without()
                                    .baseline()
                                    .map(Baseline::level)
                                    .filter(level -> level.compareTo(reached) > 0)
                                    .isPresent()
                            || explanation.limits().stream()
                                    .anyMatch(limit -> limit.blocking().size() == 1
                                            && limit.blocking()
                                                    .get(0)
                                                    .evidence()
                                                    .equals(cpuClass.evidence())))
                    .isPresent();
        });
    }

    List<Kind> all() {
        List<Kind> all = new ArrayList<>(shown);
        all.addAll(further);
        return all;
    }

    boolean isEmpty() {
        return shown.isEmpty();
    }

    /** Under which letter nodes of this evidence are found; empty for those that are only counted. */
    Map<CpuEvidence, String> letters() {
        Map<CpuEvidence, String> letters = new HashMap<>();
        shown.forEach(kind -> letters.put(kind.evidence(), kind.letter()));
        return letters;
    }

    /** How many nodes reach each level by themselves, the lowest level first. */
    Map<AbiLevel, Integer> nodesByLevel() {
        Map<AbiLevel, Integer> nodes = new LinkedHashMap<>();
        for (AbiLevel level : List.of(AbiLevel.V1, AbiLevel.V2, AbiLevel.V3, AbiLevel.V4)) {
            nodes.put(
                    level,
                    all().stream()
                            .filter(kind -> kind.level().atLeast(level))
                            .mapToInt(Kind::size)
                            .sum());
        }
        return nodes;
    }

    int nodes() {
        return all().stream().mapToInt(Kind::size).sum();
    }

    int furtherNodes() {
        return further.stream().mapToInt(Kind::size).sum();
    }
}
