package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import io.cpubaseline.virtualmachine.Tally.State;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that a tally says, as a text: two tallies with the same text are equal. */
public final class Tallies {

    private Tallies() {}

    public static String text(Tally tally) {
        Map<Reason, String> reasons = new TreeMap<>();
        tally.reasons().forEach((reason, count) -> reasons.put(reason, count + " " + tally.examples(reason)));
        String kinds = tally.guests().kinds().entrySet().stream()
                .map(kind -> "%s: %d %s"
                        .formatted(
                                kind.getKey(),
                                kind.getValue().count(),
                                kind.getValue().examples()))
                .sorted()
                .collect(Collectors.joining("\n  "));
        return "%s\nasked %s unsized %d following %s\nreasons %s\nskipped %s\npendingRestart %d retried %d failure %s\nclaimants %s\nrunning %s\nkinds %s"
                .formatted(
                        Stream.of(State.values())
                                .map(state -> state + "=" + tally.in(state))
                                .toList(),
                        tally.asked(),
                        tally.unsized(),
                        sorted(tally.following()),
                        reasons,
                        new TreeMap<>(tally.skipped()),
                        tally.pendingRestart(),
                        tally.retried(),
                        tally.failure(),
                        new TreeSet<>(tally.claimants()),
                        sorted(tally.running()),
                        kinds);
    }

    private static Map<String, Integer> sorted(Map<GuestCpu, Integer> cpus) {
        return new TreeMap<>(cpus.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().toString(), Map.Entry::getValue)));
    }
}
