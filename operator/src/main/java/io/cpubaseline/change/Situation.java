package io.cpubaseline.change;

import io.cpubaseline.baseline.Plan;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision looks at, beside what is remembered.
 *
 * @param now the time
 * @param plan the answer for the contributing nodes and those that lack the pinned baseline
 * @param cautious the same, limited by unknown nodes that still carry labels
 * @param paused whether the user stopped every move of the pin
 * @param approvedRevision the revision that the user approved; null if none
 * @param specChanged whether the spec was edited since the last decision
 * @param stabilization how long a first answer must have held
 * @param evidenceGrace how long an unknown node is waited for before the first adoption
 * @param unknownSince since when the latest of the unknown nodes has been unknown, as far as this process saw; null if none is
 * @param answerChanged when this process saw the answer change; null if it has seen only this one
 */
public record Situation(
        Instant now,
        Plan plan,
        Plan cautious,
        boolean paused,
        @Nullable String approvedRevision,
        boolean specChanged,
        Duration stabilization,
        Duration evidenceGrace,
        @Nullable Instant unknownSince,
        @Nullable Instant answerChanged) {}
