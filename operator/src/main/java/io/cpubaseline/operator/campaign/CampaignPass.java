package io.cpubaseline.operator.campaign;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.campaign.Attempt;
import io.cpubaseline.campaign.Candidate;
import io.cpubaseline.campaign.Memory;
import io.cpubaseline.campaign.Outlook;
import io.cpubaseline.campaign.Waves;
import io.cpubaseline.operator.campaign.Restarts.Outcome;
import io.cpubaseline.operator.cluster.CampaignView;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.machines.Carriers;
import io.cpubaseline.operator.machines.VirtualMachines;
import io.cpubaseline.operator.telling.CampaignChronicle;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.report.CampaignReader;
import io.cpubaseline.report.CampaignReader.Intent;
import io.cpubaseline.report.CampaignReport;
import io.cpubaseline.report.CampaignReport.Stand;
import io.cpubaseline.report.Problem;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one campaign, again and again: gathers its virtual machines, considers who is next, persists that, and only then asks for the restarts. What
 * the status of before holds is all that a new process needs to go on. Used by one thread.
 */
final class CampaignPass {

    private final String name;
    private final String uid;
    private final World world;
    private final Restarts restarts;

    /** What was persisted last; null before the campaign was read from the API server itself. */
    private @Nullable ClusterRestartCampaignStatus persisted;

    private @Nullable Memory memory;

    /** Another status that the view has shown at the last look; null if it showed ours. */
    private @Nullable ClusterRestartCampaignStatus strange;

    /** The API server's words where the operator may not restart, and until when that is believed. */
    private String forbidden = "";

    private Instant forbiddenUntil = Instant.EPOCH;

    /**
     * What campaigns work with.
     *
     * @param machines who carries which baseline
     * @param vendorOfNode a node's CPU vendor by its name; empty if it isn't known
     * @param exists whether there is a baseline of that name
     * @param mayRestart whether the operator was installed to restart
     * @param refusal how long a permission that is missing is believed to be so
     * @param clusterTime the time by the API server's clock, or earlier
     */
    record World(
            VirtualMachines machines,
            UnaryOperator<String> vendorOfNode,
            Predicate<String> exists,
            CampaignStatuses statuses,
            CampaignChronicle chronicle,
            boolean mayRestart,
            Duration refusal,
            InstantSource clusterTime) {}

    CampaignPass(String name, String uid, World world, Restarts restarts) {
        this.name = name;
        this.uid = uid;
        this.world = world;
        this.restarts = restarts;
    }

    /**
     * Makes one look.
     *
     * @throws IOException if the API server is in trouble: try again
     */
    void over(CampaignView seen) throws IOException {
        if (memory == null && !recall()) {
            return;
        }
        Instant now = world.clusterTime().instant();
        Intent intent = seen.spec() == null ? null : CampaignReader.read(seen.spec());
        Optional<Carriers> carriers =
                intent == null ? Optional.empty() : world.machines().carriers(intent.baseline());
        Optional<Stand> resting = resting(seen, intent, carriers, now);
        if (resting.isPresent()) {
            persist(seen, resting.get(), now);
            return;
        }
        // Nothing is decided by views that may be old.
        if (intent == null || carriers.isEmpty() || !current()) {
            return;
        }
        work(seen, intent, carriers.get(), now);
    }

    /** What a leader before us has persisted may not have reached our view yet. */
    private boolean recall() throws IOException {
        Optional<CampaignView> stored =
                world.statuses().stored(name).filter(view -> view.uid().equals(uid));
        stored.ifPresent(view -> {
            persisted = view.status();
            memory = CampaignReport.remembered(view.status());
        });
        return stored.isPresent();
    }

    private Memory remembered() {
        return Objects.requireNonNull(memory);
    }

    private boolean current() {
        WatchedCluster watched = world.machines().watched();
        return Stream.of(watched.nodes(), watched.virtualMachines(), watched.instances(), watched.namespaces())
                .allMatch(WatchedKind::current);
    }

    private Optional<Stand> resting(
            CampaignView seen, @Nullable Intent intent, Optional<Carriers> carriers, Instant now) {
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
        if (!world.machines().hasKubeVirt()) {
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
        return forbidden.isEmpty() || now.isAfter(forbiddenUntil)
                ? Optional.empty()
                : rests(
                        Reason.Forbidden,
                        "%s. Check the chart's restartCampaigns.enabled and restartCampaigns.namespaces. The operator tries again by itself."
                                .formatted(forbidden),
                        false);
    }

    private Optional<Stand> rests(Reason reason, String message, boolean passes) {
        return Optional.of(new Stand.Resting(remembered(), new Problem(reason, message), passes));
    }

    private void work(CampaignView seen, Intent intent, Carriers carriers, Instant now) throws IOException {
        Gathering gathering = new Gathering(world.machines().watched(), world.vendorOfNode(), carriers, intent, now);
        Instant since = carriers.pin().since();
        Outlook found = Waves.next(
                world.mayRestart() ? intent.rules() : intent.rules().resting(),
                new Waves.Pinned(carriers.pin().revision(), since == null ? Instant.EPOCH : since),
                remembered(),
                edited(seen),
                gathering.all(),
                now);
        Outlook outlook =
                world.mayRestart() || intent.rules().paused() ? found : found.heldBy(Reason.RestartsNotAllowed);
        persist(seen, new Stand.Working(outlook, intent.rules()), now);
        outlook.finished().forEach(attempt -> world.chronicle().finished(name));
        outlook.failed().forEach(attempt -> world.chronicle().failed(name, uid, attempt.fullName(), attempt.failure()));
        for (Attempt attempt : outlook.requests()) {
            // Whoever ends this process doesn't want another one to begin; the next leader asks for it.
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            ask(attempt, gathering, outlook.memory().revision());
        }
    }

    private boolean edited(CampaignView seen) {
        Long observed = persisted == null ? null : persisted.observedGeneration();
        return observed != null && observed != seen.generation();
    }

    private Optional<InstanceSnapshot> instance(Attempt attempt) {
        return world.machines().watched().instances().get(attempt.namespace(), attempt.name());
    }

    /** Asks for a restart, unless something stands against it by now. */
    private void ask(Attempt attempt, Gathering gathering, String revision) {
        Optional<InstanceSnapshot> instance = instance(attempt);
        boolean may = gathering
                .of(new ObjectName(attempt.namespace(), attempt.name()))
                .filter(Candidate::mayBegin)
                .isPresent();
        if (!may
                || instance.isEmpty()
                || !forbidden.isEmpty() && world.clusterTime().instant().isBefore(forbiddenUntil)) {
            return;
        }
        Outcome outcome = restarts.ask(attempt, instance.get());
        world.machines()
                .watched()
                .virtualMachines()
                .get(attempt.namespace(), attempt.name())
                .ifPresent(vm -> {
                    if (outcome instanceof Outcome.Accepted) {
                        forbidden = "";
                        world.chronicle().requested(name, vm, attempt.method().name(), revision);
                    } else if (outcome instanceof Outcome.Forbidden refusal) {
                        forbidden = refusal.message();
                        forbiddenUntil = world.clusterTime().instant().plus(world.refusal());
                        memory = remembered().without(attempt);
                        world.chronicle().refused(name, vm, refusal.message());
                    } else if (outcome instanceof Outcome.Refused refusal) {
                        memory = remembered().failing(attempt, "KubeVirt refuses the restart: " + refusal.message());
                        world.chronicle().refused(name, vm, refusal.message());
                    } else if (outcome instanceof Outcome.Failed failure) {
                        world.chronicle().refused(name, vm, failure.message());
                    }
                });
    }

    private void persist(CampaignView seen, Stand stand, Instant now) throws IOException {
        ClusterRestartCampaignStatus status =
                CampaignReport.of(seen.generation(), stand, now, persisted == null ? seen.status() : persisted);
        if (!status.equals(persisted) || isEdited(seen.status())) {
            world.statuses().write(name, uid, status);
            world.chronicle().written(name, uid, persisted, status);
            persisted = status;
        }
        memory = stand.memory();
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
