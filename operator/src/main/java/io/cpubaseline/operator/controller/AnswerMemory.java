package io.cpubaseline.operator.controller;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Baseline;
import io.cpubaseline.baseline.NoBaseline;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers since when the nodes have had the answer that they have, for each baseline: a first answer has to hold for a while. No object
 * tells that; a restart forgets it, and the answer is then taken to have always been so. Safe for use by several threads.
 */
final class AnswerMemory {

    private final Map<String, Held> answers = new ConcurrentHashMap<>();

    /** An answer, and when this process saw it replace another one; null for the first. */
    private record Held(String answer, @Nullable Instant changed) {}

    /**
     * Takes an answer in.
     *
     * @param uid of the baseline
     * @param now by the clock that waits count by
     * @return when this process saw the baseline's answer change to this one; null if it has seen no other
     */
    @Nullable
    Instant changed(String uid, Answer answer, Instant now) {
        String identity = answer instanceof Baseline baseline
                ? baseline.revision()
                : ((NoBaseline) answer).reason().name();
        return answers.compute(uid, (same, held) -> {
                    if (held == null) {
                        return new Held(identity, null);
                    }
                    return held.answer().equals(identity) ? held : new Held(identity, now);
                })
                .changed();
    }

    /** Forgets a baseline that is gone. */
    void forget(String uid) {
        answers.remove(uid);
    }
}
