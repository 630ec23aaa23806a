package io.cpubaseline.cli.whatif;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.cli.planning.HostsTold;
import io.cpubaseline.whatif.Moves;
import io.cpubaseline.whatif.NodeChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code what-if} has to tell.
 *
 * @param changes which nodes come, go or become others
 * @param assumed whether some of them are assumed by the catalog
 * @param policy what is asked otherwise, a phrase each
 * @param comparisons what the nodes get before and after
 * @param pinned what is pinned now; null if nothing is, or that isn't known
 * @param steps a rolling refresh, step by step; empty if it isn't asked for
 * @param moves what becomes of virtual machines that run
 * @param told what is to be told of hosts that described themselves
 */
record WhatIf(
        List<NodeChange> changes,
        boolean assumed,
        List<String> policy,
        List<Comparison> comparisons,
        @Nullable PinnedBaseline pinned,
        List<Step> steps,
        Moves moves,
        HostsTold told) {

    private static final int NAMED = 5;

    /** Whether there is any answer afterwards. */
    boolean hasBaseline() {
        return comparisons.stream()
                .anyMatch(comparison -> comparison.after().answer().baseline().isPresent());
    }

    /** What changes, a sentence each. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>(words(changes));
        policy.forEach(phrase -> sentences.add("asked otherwise: " + phrase));
        return sentences;
    }

    /** What changes nodes, those that change alike together. */
    static List<String> words(List<NodeChange> changes) {
        record Alike(NodeChange.Kind kind, String what) {}
        Map<Alike, List<NodeChange>> alike = new LinkedHashMap<>();
        changes.forEach(
                change -> alike.computeIfAbsent(new Alike(change.kind(), change.what()), any -> new ArrayList<>())
                        .add(change));
        List<String> words = new ArrayList<>();
        alike.forEach((kind, some) -> words.add(
                switch (kind.kind()) {
                    case Added -> "%d x %s added".formatted(some.size(), kind.what());
                    case Replaced -> "%s become%s %s".formatted(names(some), some.size() == 1 ? "s" : "", kind.what());
                    case Removed -> "%s removed".formatted(names(some));
                }));
        return words;
    }

    private static String names(List<NodeChange> changes) {
        return changes.stream().limit(NAMED).map(NodeChange::name).collect(Collectors.joining(", "))
                + (changes.size() > NAMED ? " and %d more".formatted(changes.size() - NAMED) : "");
    }
}
