package io.cpubaseline.operator.clusterdefault;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.change.Pin;
import io.cpubaseline.operator.cluster.ChangeSource;
import io.cpubaseline.operator.cluster.KubeVirtReader.KubeVirtView;
import io.cpubaseline.operator.clusterdefault.DefaultWriter.Place;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.telling.Chronicle;
import io.cpubaseline.operator.telling.ReleaseFinalizer;
import io.cpubaseline.operator.telling.Statuses;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.report.Observation.DefaultWrite;
import io.cpubaseline.report.Problem;
import io.cpubaseline.report.SpecReader.DefaultMode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps KubeVirt's default CPU model at the pin of the one baseline that may write it: the oldest that wants to. Safe for use by several threads, one at a
 * time for the same baseline.
 */
public final class WrittenDefault implements Defaults {

    private static final Logger LOG = LoggerFactory.getLogger(WrittenDefault.class);

    private final DefaultWriter writer;
    private final WatchedKind<KubeVirtView> kubeVirts;
    private final ReleaseFinalizer finalizer;
    private final Statuses statuses;
    private final Chronicle chronicle;
    private final ChangeSource changes;
    private final boolean mayWrite;
    private final Duration patience;
    private final InstantSource clusterTime;

    /** By baseline, when those were created that want to write it. Guarded by itself. */
    private final Map<String, String> wanting = new HashMap<>();

    /** By baseline, the last write and its answer. */
    private final Map<String, Written> written = new ConcurrentHashMap<>();

    /**
     * A write.
     *
     * @param told what it has come to
     * @param seen whether KubeVirt has had the model since
     * @param again when it may be tried again, where it has failed or was undone
     */
    private record Written(String model, DefaultWrite told, boolean seen, Instant again) {}

    /**
     * Has written nothing yet.
     *
     * @param finalizer the one for the default
     * @param changes knows all baselines that there are, and wakes them
     * @param clusterTime the time by the API server's clock
     */
    public WrittenDefault(
            DefaultWriter writer,
            WatchedKind<KubeVirtView> kubeVirts,
            ReleaseFinalizer finalizer,
            Statuses statuses,
            Chronicle chronicle,
            ChangeSource changes,
            RunOptions options,
            InstantSource clusterTime) {
        this.writer = writer;
        this.kubeVirts = kubeVirts;
        this.finalizer = finalizer;
        this.statuses = statuses;
        this.chronicle = chronicle;
        this.changes = changes;
        this.mayWrite = options.writeClusterDefault();
        this.patience = options.retryMax();
        this.clusterTime = clusterTime;
    }

    @Override
    public boolean prepared(ClusterCpuBaseline baseline, DefaultMode mode) throws IOException {
        boolean wanted = mode == DefaultMode.Write;
        remember(baseline, wanted);
        boolean needed = wanted && mayWrite;
        if (needed == finalizer.has(baseline)) {
            return true;
        }
        if (!needed && mayWrite) {
            giveBack(baseline);
        }
        return !set(baseline, needed);
    }

    /**
     * Gives the default back before a baseline goes. A deletion never waits for something that can't be done.
     *
     * @return whether nothing is left to do
     * @throws IOException if the API server is in trouble: try again
     */
    public boolean left(ClusterCpuBaseline baseline) throws IOException {
        remember(baseline, false);
        if (!finalizer.has(baseline)) {
            return true;
        }
        if (mayWrite) {
            giveBack(baseline);
        }
        return !set(baseline, false);
    }

    /** Forgets a baseline that is gone. */
    public void forget(String baseline) {
        boolean wanted;
        synchronized (wanting) {
            wanted = wanting.remove(baseline) != null;
        }
        written.remove(baseline);
        if (wanted) {
            changes.wakeAll();
        }
    }

    private void remember(ClusterCpuBaseline baseline, boolean wanted) {
        String name = baseline.getMetadata().getName();
        String created = Objects.requireNonNullElse(baseline.getMetadata().getCreationTimestamp(), "");
        String before;
        synchronized (wanting) {
            before = wanted ? wanting.put(name, created) : wanting.remove(name);
        }
        if (wanted != (before != null)) {
            changes.wakeAll();
        }
    }

    /** Whose turn it is: the oldest of those that want to write. */
    private String first() {
        synchronized (wanting) {
            return wanting.entrySet().stream()
                    .min(Map.Entry.<String, String>comparingByValue()
                            .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
                    .map(Map.Entry::getKey)
                    .orElse("");
        }
    }

    @Override
    public Result write(ClusterCpuBaseline baseline, DefaultMode mode, @Nullable Pin pin, boolean paused)
            throws IOException {
        String name = baseline.getMetadata().getName();
        KubeVirtView kubeVirt = kubeVirts.list().stream().findFirst().orElse(null);
        if (mode != DefaultMode.Write || kubeVirt == null) {
            written.remove(name);
            return Result.NONE;
        }
        if (!mayWrite) {
            return not(
                    Reason.Forbidden,
                    "The operator is installed without permission to write KubeVirt's default model. Set the chart's clusterDefault.write to true, or spec.clusterDefault.mode to Report.");
        }
        String first = first();
        if (!first.equals(name)) {
            if (written.remove(name) != null) {
                giveBack(baseline);
            }
            return not(
                    Reason.ClusterDefaultTaken,
                    "Baseline %s writes KubeVirt's default model; a cluster has one. Set spec.clusterDefault.mode to Report here or there."
                            .formatted(first));
        }
        if (pin == null || paused) {
            return Result.NONE;
        }
        Instant now = clusterTime.instant();
        Written last = written.get(name);
        if (last == null || !last.model().equals(pin.cpuModel())) {
            last = write(kubeVirt, name, pin, now);
        } else if (kubeVirt.configuration().cpuModel().equals(pin.cpuModel())) {
            last = new Written(last.model(), done(pin), true, now.plus(patience));
        } else if ((last.seen() || last.told().obstacle() != null) && !now.isBefore(last.again())) {
            last = write(kubeVirt, name, pin, now);
        }
        written.put(name, last);
        boolean waits = last.told().obstacle() != null
                || last.seen() && !kubeVirt.configuration().cpuModel().equals(pin.cpuModel());
        return new Result(
                last.told(), waits ? Duration.between(now, last.again()).plusMillis(1) : null);
    }

    private static Result not(Reason reason, String message) {
        return new Result(new DefaultWrite(new Problem(reason, message), ""), null);
    }

    private static DefaultWrite done(Pin pin) {
        int required = pin.requiredFeatures().size();
        return new DefaultWrite(
                null,
                required == 0
                        ? ""
                        : "This baseline writes it, without the %s beside the model: a virtual machine that names no model gets less than the pinned baseline."
                                .formatted(
                                        required == 1
                                                ? "feature that it requires"
                                                : required + " features that it requires"));
    }

    private Written write(KubeVirtView kubeVirt, String name, Pin pin, Instant now) throws IOException {
        Optional<Place> place = writer.place(kubeVirt);
        if (place.isEmpty()) {
            return failed(
                    pin,
                    Reason.Refused,
                    "%s manages KubeVirt, but its resource is not served as hco.kubevirt.io/v1 or v1beta1. Set its default model by hand."
                            .formatted(kubeVirt.hyperConverged()),
                    now);
        }
        Answer answer = writer.write(place.get(), name, pin.cpuModel());
        String where = place.get().words();
        if (answer.succeeded()) {
            LOG.atInfo()
                    .addKeyValue("baseline", name)
                    .addKeyValue("revision", pin.revision())
                    .log("{} is {} now", where, pin.cpuModel());
            return new Written(pin.cpuModel(), done(pin), false, now.plus(patience));
        }
        return switch (answer.code()) {
            case 409 ->
                failed(
                        pin,
                        Reason.Conflicting,
                        "%s belongs to somebody else and stays as it is: %s. Remove it there, or set spec.clusterDefault.mode to Report."
                                .formatted(where, answer.message()),
                        now);
            case 403 ->
                failed(
                        pin,
                        Reason.Forbidden,
                        "%s can't be written: %s. Check the chart's clusterDefault.write."
                                .formatted(where, answer.message()),
                        now);
            case 400, 404, 422 ->
                failed(pin, Reason.Refused, "%s can't be written: %s".formatted(where, answer.message()), now);
            default -> throw new IOException("%s can't be written: %s".formatted(where, answer.message()));
        };
    }

    private Written failed(Pin pin, Reason reason, String message, Instant now) {
        return new Written(
                pin.cpuModel(), new DefaultWrite(new Problem(reason, message), ""), false, now.plus(patience));
    }

    /** What this baseline holds of the default; what others hold stays. Where it can't be given back, it stays, and that is told. */
    private void giveBack(ClusterCpuBaseline baseline) throws IOException {
        String name = baseline.getMetadata().getName();
        KubeVirtView kubeVirt = kubeVirts.list().stream().findFirst().orElse(null);
        Optional<Place> place = kubeVirt == null ? Optional.empty() : writer.place(kubeVirt);
        written.remove(name);
        if (place.isEmpty()) {
            return;
        }
        Answer answer = writer.write(place.get(), name, "");
        if (answer.code() >= 500 || answer.code() == 429) {
            throw new IOException(
                    "%s can't be given back: %s".formatted(place.get().words(), answer.message()));
        }
        if (!answer.succeeded() && answer.code() != 404) {
            chronicle.releaseIncomplete(
                    baseline,
                    "%s keeps this baseline's model: %s".formatted(place.get().words(), answer.message()));
        }
    }

    /** Whether a change was sent that a next version will show. */
    private boolean set(ClusterCpuBaseline baseline, boolean on) throws IOException {
        ReleaseFinalizer.Outcome outcome =
                finalizer.set(baseline, statuses.latest(baseline).resourceVersion(), on);
        if (outcome instanceof ReleaseFinalizer.Outcome.Forbidden refusal) {
            chronicle.finalizerForbidden(baseline, refusal.message());
            return false;
        }
        return true;
    }
}
