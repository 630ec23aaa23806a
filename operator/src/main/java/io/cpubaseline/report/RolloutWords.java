package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.change.Candidate;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.virtualmachine.Pacing.Hold;
import io.cpubaseline.virtualmachine.Progress;
import io.cpubaseline.virtualmachine.Progress.Stuck;
import io.cpubaseline.virtualmachine.Tally;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What there is to say of a roll-out that doesn't go on by itself, and what to do. */
final class RolloutWords {

    private static final int LONGEST = 200;
    private static final int EXAMPLES = 2;

    private RolloutWords() {}

    /** Why it is halted. */
    static String halt(Circumstances now, Progress progress) {
        return progress.stuck().map(stuck -> halt(now, stuck)).orElse(progress.halt());
    }

    private static String halt(Circumstances now, Stuck stuck) {
        Pin pin = now.pin();
        if (pin == null) {
            return "%s finds no node.".formatted(stuck.name());
        }
        String labels = PinnedSchedulableCondition.labelsLackedFor(now.fleet(), pin);
        String why = labels.isEmpty() ? bounded(stuck.words()) : "nodes lack %s".formatted(labels);
        return "%s%s can't be scheduled with %s: %s. Bring the labels back or free such nodes%s"
                .formatted(
                        stuck.name(),
                        stuck.count() == 1 ? "" : " and %d more".formatted(stuck.count() - 1),
                        pin.revision(),
                        why,
                        wayBack(now));
    }

    /** What can be approved instead: the newest of the history that some node can take, or else the candidate. */
    private static String wayBack(Circumstances now) {
        Remembered remembered = now.observation().decision().next();
        Optional<Pin> before =
                remembered.history().stream().filter(now::isUsable).findFirst();
        Candidate candidate = remembered.candidate();
        if (before.isPresent()) {
            return "; or go back, spec.approvedRevision: " + before.get().revision();
        }
        return candidate == null ? "." : "; or take the candidate, spec.approvedRevision: " + candidate.revision();
    }

    private static String bounded(String words) {
        String line = words.strip().replaceAll("[.\\s]+$", "");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + " …";
    }

    /** What those wait for that wait for a proof; empty if none does. */
    static String proof(Progress progress, Tally tally) {
        int waiting = progress.heldBy(Hold.PROOF);
        if (waiting == 0) {
            return "";
        }
        String where =
                progress.unproven().stream().filter(vendor -> !vendor.isEmpty()).collect(Collectors.joining(" and "));
        List<String> examples =
                tally.examples(Reason.PendingRestart).stream().limit(EXAMPLES).toList();
        return " %d wait for a proof: no guest has run with it for %s yet%s. Start or restart one of those that have it%s; where none can be, raise rollout.maxUnproven."
                .formatted(
                        waiting,
                        inWords(progress.proofTime()),
                        where.isEmpty() ? "" : " on " + where,
                        examples.isEmpty() ? "" : " (%s)".formatted(String.join(", ", examples)));
    }

    private static String inWords(Duration time) {
        return time.toSeconds() % 60 == 0 ? "%d min".formatted(time.toMinutes()) : "%d s".formatted(time.toSeconds());
    }
}
