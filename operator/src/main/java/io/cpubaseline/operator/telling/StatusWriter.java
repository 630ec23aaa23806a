package io.cpubaseline.operator.telling;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.api.v1alpha1.CandidateBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.api.v1alpha1.FirstStartsReport;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.kube.StatusApply;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the status of baselines by server-side apply: at once where something matters, later where only counts differ, not at all where
 * nothing does. Conditions that flip again and again are soon written no more often than counts.
 *
 * <p>Every write holds for the version that it was decided on, so that neither an edit of the spec nor an object re-created under the same
 * name gets a status that was meant for another. What it remembers saves time only; after a restart the object itself tells all.
 */
public final class StatusWriter implements Statuses {

    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

    private static final StatusApply APPLY =
            new StatusApply(ClusterCpuBaseline.KIND, ClusterCpuBaseline.PLURAL, StatusApply.OPERATOR);

    /** So many changes of conditions in a row are written at once. */
    private static final int BURST = 5;

    private static final Set<String> BAD_WHEN_TRUE = Set.of("Reconciling", "Stalled", "CandidatePending");

    /** What has become of a status. */
    public sealed interface Outcome {

        /** It is written. */
        record Written() implements Outcome {}

        /** It is what the object has already. */
        record Unchanged() implements Outcome {}

        /**
         * Only counts differ, and the last write was a moment ago; or conditions have flipped too often of late.
         *
         * @param remaining when to come again
         */
        record TooEarly(Duration remaining) implements Outcome {}

        /** The object has changed since: decide again, when its new version has come. */
        record Stale() implements Outcome {}

        /** The object is gone. */
        record Gone() implements Outcome {}

        /**
         * The operator may not write it, and doesn't ask again for a while.
         *
         * @param message the API server's words
         * @param remaining when to come again
         */
        record Forbidden(String message, Duration remaining) implements Outcome {}
    }

    /**
     * What is known of an object that a cache may still show in an older version.
     *
     * @param resourceVersion its version
     * @param status its status; null if it has none
     */
    public record Known(String resourceVersion, @Nullable ClusterCpuBaselineStatus status) {}

    /**
     * The last write on an object: versions that it has superseded, what it has led to, and how many changes of conditions could have
     * followed at once. One more can with every interval that passes.
     */
    private record Written(Set<String> superseded, Known result, long at, double allowance) {}

    /** How much is in a change of status, in ascending order. */
    private enum Weight {
        /** Numbers and names: they change with every node. */
        COUNTS,
        /** What people or programs wait for, but a flapping node can change at any rate. */
        VERDICTS,
        /** A condition that has turned good, which somebody may wait for; written at once, on credit. */
        RELIEF,
        /** The pin, the answer to an edit, or what the admission policy must not give any more. */
        DECISION
    }

    private final ApiServer api;
    private final Duration countInterval;
    private final Duration afterRefusal;
    private final LongSupplier nanoTime;
    private final Map<String, Written> written = new ConcurrentHashMap<>();

    /** By UID, the last refusal for lack of permission. */
    private final Map<String, Refusal> refused = new ConcurrentHashMap<>();

    /** A refusal, and when it came. */
    private record Refusal(String message, long at) {}

    /**
     * With empty memory. Safe for use by several threads, one at a time for the same baseline.
     *
     * @param countInterval at most one write in this time where only counts differ
     * @param afterRefusal how long a lack of permission is taken to last
     */
    public StatusWriter(ApiServer api, Duration countInterval, Duration afterRefusal) {
        this(api, countInterval, afterRefusal, System::nanoTime);
    }

    public StatusWriter(ApiServer api, Duration countInterval, Duration afterRefusal, LongSupplier nanoTime) {
        this.api = api;
        this.countInterval = countInterval;
        this.afterRefusal = afterRefusal;
        this.nanoTime = nanoTime;
    }

    @Override
    public Known latest(ClusterCpuBaseline current) {
        String version = current.getMetadata().getResourceVersion();
        Written last = written.get(current.getMetadata().getUid());
        return last != null && last.superseded().contains(version)
                ? last.result()
                : new Known(version, current.getStatus());
    }

    @Override
    public Outcome write(ClusterCpuBaseline current, ClusterCpuBaselineStatus wanted) throws IOException {
        String uid = current.getMetadata().getUid();
        Known latest = latest(current);
        Written last = written.get(uid);
        // What we asked for last, if nobody has touched it since: others may own fields that we don't want.
        ClusterCpuBaselineStatus before =
                last != null && last.result().resourceVersion().equals(latest.resourceVersion())
                        ? last.result().status()
                        : latest.status();
        if (wanted.equals(before)) {
            return new Outcome.Unchanged();
        }
        Refusal refusal = refused.get(uid);
        if (refusal != null) {
            Duration remaining = afterRefusal.minusNanos(nanoTime.getAsLong() - refusal.at());
            if (remaining.compareTo(Duration.ZERO) > 0) {
                return new Outcome.Forbidden(refusal.message(), remaining);
            }
        }
        Weight weight = before == null ? Weight.DECISION : weight(before, wanted);
        double allowance = last == null ? BURST : allowance(last);
        if (last != null) {
            Duration remaining = switch (weight) {
                case COUNTS -> countInterval.minus(Duration.ofNanos(nanoTime.getAsLong() - last.at()));
                case VERDICTS -> intervals(1 - allowance);
                case RELIEF -> intervals(1 - BURST - allowance);
                case DECISION -> Duration.ZERO;
            };
            if (remaining.compareTo(Duration.ZERO) > 0) {
                return new Outcome.TooEarly(remaining);
            }
        }
        boolean counted = weight == Weight.VERDICTS || weight == Weight.RELIEF;
        return send(current, latest.resourceVersion(), wanted, counted ? allowance - 1 : allowance);
    }

    /** How many changes of conditions can be written at once now. */
    private double allowance(Written last) {
        double passed = nanoTime.getAsLong() - last.at();
        return countInterval.isZero() ? BURST : Math.min(BURST, last.allowance() + passed / countInterval.toNanos());
    }

    private Duration intervals(double count) {
        return Duration.ofNanos((long) Math.ceil(count * countInterval.toNanos()));
    }

    /** Whether the version of an object is the one that its last write has made: nobody has changed it since. */
    public boolean hasWritten(String uid, String resourceVersion) {
        Written last = written.get(uid);
        return last != null && last.result().resourceVersion().equals(resourceVersion);
    }

    /** Forgets what was remembered for speed, when a baseline is gone. */
    public void forget(ClusterCpuBaseline gone) {
        written.remove(gone.getMetadata().getUid());
        refused.remove(gone.getMetadata().getUid());
    }

    /** Forgets all baselines, where nothing tells which of them go from now on. */
    public void forgetAll() {
        written.clear();
        refused.clear();
    }

    /** How many memories of baselines there are. */
    int remembered() {
        return written.size() + refused.size();
    }

    private Outcome send(ClusterCpuBaseline current, String version, ClusterCpuBaselineStatus wanted, double allowance)
            throws IOException {
        String name = current.getMetadata().getName();
        Answer answer = APPLY.send(api, name, Map.of("resourceVersion", version), owned(wanted));
        switch (answer.code()) {
            case 200, 201 -> {
                refused.remove(current.getMetadata().getUid());
                remember(current, version, answer, wanted, allowance);
                return new Outcome.Written();
            }
            case 403 -> {
                refused.put(current.getMetadata().getUid(), new Refusal(answer.message(), nanoTime.getAsLong()));
                LOG.atWarn()
                        .addKeyValue("baseline", name)
                        .addKeyValue("message", answer.message())
                        .log("The status may not be written");
                return new Outcome.Forbidden(answer.message(), afterRefusal);
            }
            case 404 -> {
                return new Outcome.Gone();
            }
            case 409 -> {
                return new Outcome.Stale();
            }
            default -> throw new IOException("The status can't be written: " + answer.message());
        }
    }

    private void remember(
            ClusterCpuBaseline current,
            String version,
            Answer answer,
            ClusterCpuBaselineStatus wanted,
            double allowance) {
        String cached = current.getMetadata().getResourceVersion();
        String result = answer.body().path("metadata").path("resourceVersion").asText();
        written.compute(current.getMetadata().getUid(), (uid, last) -> {
            Set<String> superseded = new HashSet<>();
            if (last != null && last.superseded().contains(cached)) {
                superseded.addAll(last.superseded());
            }
            superseded.add(cached);
            superseded.add(version);
            superseded.remove(result);
            return new Written(superseded, new Known(result, wanted), nanoTime.getAsLong(), allowance);
        });
    }

    private static ObjectNode owned(ClusterCpuBaselineStatus status) {
        ObjectNode owned = Json.MAPPER.valueToTree(status);
        // Whoever verifies writes that, as another manager: applied by us it would be ours.
        owned.remove("verification");
        return owned;
    }

    private static Weight weight(ClusterCpuBaselineStatus before, ClusterCpuBaselineStatus after) {
        if (!Objects.equals(before.observedGeneration(), after.observedGeneration())
                || !Objects.equals(before.pinned(), after.pinned())
                || !before.history().equals(after.history())
                || closes(before.firstStarts(), after.firstStarts())) {
            return Weight.DECISION;
        }
        if (verdicts(before).equals(verdicts(after))
                && (before.firstStarts() == null) == (after.firstStarts() == null)
                && proposal(before.candidate()).equals(proposal(after.candidate()))) {
            return Weight.COUNTS;
        }
        Set<String> bad = bad(before);
        Set<String> stillBad = bad(after);
        return bad.containsAll(stillBad) && !stillBad.containsAll(bad) ? Weight.RELIEF : Weight.VERDICTS;
    }

    /** Whether instances that start now may get something that they must not get any more. */
    private static boolean closes(@Nullable FirstStartsReport before, @Nullable FirstStartsReport after) {
        return before != null && (after == null || !before.except().containsAll(after.except()));
    }

    /** The types of the conditions that are not as one would like them to be. */
    private static Set<String> bad(ClusterCpuBaselineStatus status) {
        return status.conditions().stream()
                .filter(condition -> condition.status().equals("True") == BAD_WHEN_TRUE.contains(condition.type()))
                .map(Condition::type)
                .collect(Collectors.toSet());
    }

    /** Conditions without their messages, which tell counts and names. */
    private static List<List<String>> verdicts(ClusterCpuBaselineStatus status) {
        return status.conditions().stream()
                .map(condition -> List.of(condition.type(), condition.status(), condition.reason()))
                .toList();
    }

    /** A candidate without its impact, which tells counts. */
    private static List<@Nullable Object> proposal(@Nullable CandidateBaseline candidate) {
        return candidate == null
                ? List.of()
                : Arrays.asList(
                        candidate.revision(),
                        candidate.since(),
                        candidate.direction(),
                        candidate.trigger(),
                        candidate.reason());
    }
}
