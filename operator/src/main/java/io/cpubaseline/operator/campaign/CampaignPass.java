package io.cpubaseline.operator.campaign;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.campaign.Alerts;
import io.cpubaseline.campaign.Attempt;
import io.cpubaseline.campaign.Blocker;
import io.cpubaseline.campaign.Candidate;
import io.cpubaseline.campaign.Memory;
import io.cpubaseline.campaign.Outlook;
import io.cpubaseline.campaign.Rules;
import io.cpubaseline.campaign.Waves;
import io.cpubaseline.change.Pin;
import io.cpubaseline.operator.cluster.CampaignView;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.machines.Carriers;
import io.cpubaseline.operator.telling.CampaignChronicle;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.report.CampaignReader;
import io.cpubaseline.report.CampaignReader.Intent;
import io.cpubaseline.report.CampaignReport;
import io.cpubaseline.report.CampaignReport.Stand;
import io.cpubaseline.report.Problem;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one campaign, again and again: gathers its virtual machines, considers who is next, persists that, and only then asks for the restarts. What
 * the status of before holds is all that a new process needs to go on. Used by one thread.
 */
final class CampaignPass {

    /** How long the first look at all baselines may take after a start. */
    private static final Duration FIRST_LOOKS = Duration.ofSeconds(30);

    /** How long the first look at one baseline may take for a campaign that has just been created. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(5);

    private final String name;
    private final String uid;
    private final World world;
    private final Restarts restarts;
    private final Requests requests;

    /** What was persisted last; null before the campaign was read from the API server itself. */
    private @Nullable ClusterRestartCampaignStatus persisted;

    private @Nullable Memory memory;

    /** The newest generation that an answer has told of. */
    private long told;

    /** Another status that the view has shown at the last look; null if it showed ours. */
    private @Nullable ClusterRestartCampaignStatus strange;

    /** Since when it is looked at by this process; null before the first look. */
    private @Nullable Instant since;

    /**
     * What campaigns work with.
     *
     * @param carriers who carries a baseline, by its name; nothing where it isn't pinned, or could not be looked at
     * @param hasKubeVirt whether KubeVirt's API is there
     * @param vendorOfNode a node's CPU vendor by its name; empty if it isn't known
     * @param exists whether there is a baseline of that name
     * @param alerts which alerts fire; asked only where a restart would begin that one of them may keep from it
     * @param mayRestart whether the operator was installed to restart
     * @param refusal how long a permission that is missing is believed to be so
     * @param clusterTime the time by the API server's clock, or earlier
     */
    record World(
            WatchedCluster watched,
            Function<String, Optional<Carriers>> carriers,
            BooleanSupplier hasKubeVirt,
            UnaryOperator<String> vendorOfNode,
            Predicate<String> exists,
            CampaignStatuses statuses,
            CampaignChronicle chronicle,
            Supplier<Alerts> alerts,
            boolean mayRestart,
            Duration refusal,
            InstantSource clusterTime) {}

    CampaignPass(String name, String uid, World world, Restarts restarts) {
        this.name = name;
        this.uid = uid;
        this.world = world;
        this.restarts = restarts;
        this.requests = new Requests(world, restarts);
    }

    /**
     * Makes one look.
     *
     * @return whether it has seen how things stand; else look again soon
     * @throws IOException if the API server is in trouble: try again
     */
    boolean over(CampaignView seen) throws IOException {
        if (memory == null && !recall()) {
            return true;
        }
        Instant now = world.clusterTime().instant();
        Instant began = since == null ? now : since;
        since = began;
        if (seen.generation() < told) {
            // The view is behind what was answered already.
            return true;
        }
        Intent intent = seen.spec() == null ? null : CampaignReader.read(seen.spec());
        Optional<Carriers> carriers =
                intent == null ? Optional.empty() : world.carriers().apply(intent.baseline());
        Optional<Stand.Resting> resting = resting(seen, intent, carriers);
        if (resting.isPresent()) {
            if (carriers.isEmpty() && now.isBefore(began.plus(patience(resting.get())))) {
                return false;
            }
            persist(seen, resting.get(), now);
            return true;
        }
        // Nothing is decided by views that may be old.
        if (intent == null || carriers.isEmpty() || !current()) {
            return true;
        }
        work(seen, intent, carriers.get(), now);
        return true;
    }

    /** How long it is taken for possible that this process has not looked at the baseline yet; not at all where that doesn't matter. */
    private Duration patience(Stand.Resting resting) {
        if (persisted != null && !persisted.conditions().isEmpty()) {
            // A status says how it stood before.
            return FIRST_LOOKS;
        }
        return resting.problem().reason() == Reason.BaselineNotPinned ? FIRST_LOOK : Duration.ZERO;
    }

    /** What a leader before us has persisted may not have reached our view yet. */
    private boolean recall() throws IOException {
        Optional<CampaignView> stored =
                world.statuses().stored(name).filter(view -> view.uid().equals(uid));
        stored.ifPresent(view -> {
            persisted = view.status();
            told = view.generation();
            memory = CampaignReport.remembered(view.status());
        });
        return stored.isPresent();
    }

    private Memory remembered() {
        return Objects.requireNonNull(memory);
    }

    private boolean current() {
        WatchedCluster watched = world.watched();
        return Stream.of(
                        watched.nodes(),
                        watched.virtualMachines(),
                        watched.instances(),
                        watched.namespaces(),
                        watched.campaigns())
                .allMatch(kind -> kind.state() == State.SYNCED && kind.current());
    }

    private Optional<Stand.Resting> resting(CampaignView seen, @Nullable Intent intent, Optional<Carriers> carriers) {
        if (intent == null) {
            return rests(Reason.InvalidSpec, "%s. Nothing is restarted.".formatted(seen.unreadable()), false);
        }
        List<Problem> problems = intent.problems();
        if (!problems.isEmpty()) {
            return rests(problems.get(0).reason(), problems.get(0).message(), false);
        }
        if (!world.exists().test(intent.baseline())) {
            return rests(
                    Reason.BaselineNotFound, "There is no ClusterCpuBaseline %s.".formatted(intent.baseline()), true);
        }
        if (!world.hasKubeVirt().getAsBoolean()) {
            return rests(Reason.KubeVirtMissing, "KubeVirt's API is not there.", true);
        }
        if (carriers.isEmpty()) {
            return rests(
                    Reason.BaselineNotPinned,
                    "The baseline %s is not pinned yet, or has no virtual machines that can be looked at: see its conditions."
                            .formatted(intent.baseline()),
                    true);
        }
        if (carriers.get().paused()) {
            return rests(Reason.Paused, "The baseline %s is paused.".formatted(intent.baseline()), false);
        }
        return Optional.empty();
    }

    private Optional<Stand.Resting> rests(Reason reason, String message, boolean passes) {
        return Optional.of(new Stand.Resting(remembered(), new Problem(reason, message), passes));
    }

    private void work(CampaignView seen, Intent intent, Carriers carriers, Instant now) throws IOException {
        Gathering gathering = new Gathering(
                world.watched(),
                world.vendorOfNode(),
                carriers,
                intent,
                restarts::isAsked,
                namespace -> requests.isForbidden(namespace, now),
                now);
        Outlook outlook = consider(seen, intent.rules(), carriers.pin(), gathering, now);
        boolean asRead = persist(seen, new Stand.Working(outlook, intent.rules()), now);
        tell(outlook);
        if (asRead) {
            memory = requests.send(seen, outlook, gathering);
        }
    }

    private Outlook consider(CampaignView seen, Rules rules, Pin pin, Gathering gathering, Instant now) {
        Rules allowed = world.mayRestart() ? rules : rules.resting();
        Waves.Pinned pinned = new Waves.Pinned(pin.revision(), Objects.requireNonNullElse(pin.since(), Instant.EPOCH));
        Collection<Candidate> all = gathering.all(remembered().attempts());
        Outlook outlook = Waves.next(allowed, pinned, remembered(), edited(seen), all, now);
        Blocker blocker = outlook.begins() ? blocker(rules) : null;
        if (blocker != null) {
            outlook = Waves.next(allowed, pinned, remembered(), edited(seen), all, now, blocker);
        }
        return world.mayRestart() || rules.paused() ? outlook : outlook.heldBy(Reason.RestartsNotAllowed);
    }

    private @Nullable Blocker blocker(Rules rules) {
        Set<String> alerts = rules.blockingAlerts();
        return alerts.isEmpty() ? null : world.alerts().get().blocker(alerts).orElse(null);
    }

    private void tell(Outlook outlook) {
        outlook.finished().forEach(attempt -> world.chronicle().finished(name));
        for (Attempt attempt : outlook.failed()) {
            world.chronicle().failed(name, uid, attempt.fullName(), attempt.failure());
            world.watched().instances().get(attempt.namespace(), attempt.name()).ifPresent(restarts::forget);
        }
    }

    private boolean edited(CampaignView seen) {
        Long observed = persisted == null ? null : persisted.observedGeneration();
        return observed != null && observed != seen.generation();
    }

    /** Returns whether the spec is the one that was read, as far as an answer has told that. */
    private boolean persist(CampaignView seen, Stand stand, Instant now) throws IOException {
        ClusterRestartCampaignStatus status =
                CampaignReport.of(seen.generation(), stand, now, persisted == null ? seen.status() : persisted);
        boolean asRead = true;
        if (!status.equals(persisted) || isEdited(seen.status())) {
            told = world.statuses().write(name, uid, status);
            asRead = told == seen.generation();
            world.chronicle().written(name, uid, persisted, status);
            persisted = status;
        }
        world.chronicle().observed(name, status);
        memory = stand.memory();
        return asRead;
    }

    /**
     * Whether somebody else has written the status: the view has shown another one than ours at two looks in a row, and would have followed ours by now.
     */
    private boolean isEdited(@Nullable ClusterRestartCampaignStatus seen) {
        ClusterRestartCampaignStatus foreign = seen == null || seen.equals(persisted) ? null : seen;
        boolean again = foreign != null && foreign.equals(strange);
        strange = foreign;
        return again;
    }
}
