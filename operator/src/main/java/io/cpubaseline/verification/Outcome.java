package io.cpubaseline.verification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a run has found out.
 *
 * @param domains what it had to visit
 * @param legs the migrations, in order
 * @param pulses of each guest that was well once, by the name of its VirtualMachine
 * @param steered whether KubeVirt could be told where to migrate to
 * @param ended why it ended before it was through; empty if it was
 */
public record Outcome(List<Domain> domains, List<Leg> legs, Map<String, Pulse> pulses, boolean steered, String ended) {

    /** Makes the collections immutable. */
    public Outcome {
        domains = List.copyOf(domains);
        legs = List.copyOf(legs);
        pulses = Map.copyOf(pulses);
    }

    /**
     * A node, and how often guests have come to it.
     *
     * @param visits migrations to it that succeeded
     * @param slowest how long the slowest of them took; zero without any
     * @param reason why it was not visited; empty if it was, or if nobody knows
     */
    public record Visit(String node, String vendor, int visits, Duration slowest, String reason) {}

    /** All nodes, by vendor and name. */
    public List<Visit> visits() {
        List<Visit> visits = new ArrayList<>();
        for (Domain domain : domains) {
            Collection<String> names = new TreeSet<>(domain.nodes());
            names.addAll(domain.leftOut().keySet());
            names.forEach(node -> visits.add(visit(domain, node)));
        }
        return visits;
    }

    private Visit visit(Domain domain, String node) {
        List<Leg> arrivals = legs.stream()
                .filter(leg -> leg.succeeded() && leg.target().equals(node))
                .toList();
        Duration slowest =
                arrivals.stream().map(Leg::took).max(Duration::compareTo).orElse(Duration.ZERO);
        return new Visit(
                node, domain.vendor(), arrivals.size(), slowest, arrivals.isEmpty() ? whyNot(domain, node) : "");
    }

    private String whyNot(Domain domain, String node) {
        String leftOut = domain.leftOut().get(node);
        if (leftOut != null) {
            return leftOut;
        }
        Optional<Leg> tried =
                legs.stream().filter(leg -> leg.target().equals(node)).findFirst();
        if (tried.isPresent()) {
            return tried.get().explanation();
        }
        if (!ended.isEmpty()) {
            return "the run ended before";
        }
        return steered
                ? ""
                : "KubeVirt before 1.6 can't be told where to migrate to, and its scheduler has not chosen this node";
    }

    /** All that is wrong, its cause first, a sentence each without a full stop; nothing if the verification has passed. */
    public List<String> failures() {
        List<String> failures = new ArrayList<>();
        for (Leg leg : legs) {
            if (!leg.succeeded() && leg.result() != Progress.Result.CalledOff) {
                failures.add("%s from %s to %s: %s, %s"
                        .formatted(
                                leg.guest(),
                                leg.source(),
                                leg.target().isEmpty() ? "any node" : leg.target(),
                                leg.result(),
                                leg.explanation()));
            }
        }
        new TreeMap<>(pulses).forEach((guest, pulse) -> {
            if (!pulse.isUnbroken()) {
                failures.add("%s: %s".formatted(guest, pulse.broken()));
            }
        });
        if (!ended.isEmpty()) {
            failures.add(ended);
        }
        for (Visit visit : visits()) {
            if (visit.visits() == 0 && visit.reason().isEmpty()) {
                failures.add("%s was not visited, and nobody knows why".formatted(visit.node()));
            }
        }
        if (failures.isEmpty() && succeeded() == 0) {
            failures.add("nothing could be migrated, so nothing is verified");
        }
        return failures;
    }

    /**
     * Whether the run says something about the baseline: it was through, or found something wrong with migrations or guests. One that was
     * interrupted, could not make its guests, or had nowhere to migrate to says nothing.
     */
    public boolean isConclusive() {
        boolean wrong = legs.stream().anyMatch(leg -> !leg.succeeded() && leg.result() != Progress.Result.CalledOff)
                || pulses.values().stream().anyMatch(pulse -> !pulse.isUnbroken());
        return wrong || ended.isEmpty() && succeeded() > 0;
    }

    /** How many nodes guests have come to. */
    public int visited() {
        return Math.toIntExact(
                visits().stream().filter(visit -> visit.visits() > 0).count());
    }

    /** Whether every migration succeeded, no guest broke, and every node was visited or is named with why not. */
    public boolean passed() {
        return failures().isEmpty();
    }

    /** How many migrations succeeded. */
    public int succeeded() {
        return Math.toIntExact(legs.stream().filter(Leg::succeeded).count());
    }

    /** How many rounds were begun. */
    public int rounds() {
        return legs.stream().mapToInt(Leg::round).max().orElse(0);
    }
}
