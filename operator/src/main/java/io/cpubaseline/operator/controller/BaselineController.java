package io.cpubaseline.operator.controller;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.baseline.NoBaseline;
import io.cpubaseline.baseline.Plan;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.GuestNeeds;
import io.cpubaseline.change.Carried;
import io.cpubaseline.change.ChangeControl;
import io.cpubaseline.change.Decision;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.change.Situation;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.operator.cluster.ChangeSource;
import io.cpubaseline.operator.cluster.Cluster;
import io.cpubaseline.operator.cluster.NodeMemory;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.kube.BaselineDeserializer;
import io.cpubaseline.operator.machines.VirtualMachines;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.telling.Chronicle;
import io.cpubaseline.operator.telling.StatusWriter;
import io.cpubaseline.operator.telling.StatusWriter.Outcome;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.Problem;
import io.cpubaseline.report.SpecReader;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.report.StatusReport;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reconciles one ClusterCpuBaseline: gather what is known, decide, apply, report. All rules are in the pure packages; all input and output
 * is in the collaborators.
 */
public final class BaselineController implements Reconciler<ClusterCpuBaseline>, AutoCloseable {

    private static final Duration SOON = Duration.ofMillis(200);

    private final Planner planner;
    private final ChangeControl changeControl;
    private final Cluster cluster;
    private final VirtualMachines virtualMachines;
    private final Departure departure;
    private final ChangeSource changes;
    private final StatusWriter statusWriter;
    private final Chronicle chronicle;
    private final RunOptions options;
    private final Clock clock;
    private final InstantSource clusterTime;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /**
     * A controller with all that it works with.
     *
     * @param planner the rules
     * @param memory what is remembered of nodes
     */
    public BaselineController(Planner planner, NodeMemory memory, Equipment equipment) {
        WatchedCluster watched = equipment.cluster();
        this.planner = planner;
        this.changeControl = new ChangeControl(planner.catalog(), planner.rules(), GuestNeeds.known());
        this.cluster = new Cluster(watched.nodes(), watched.nodeFeatures(), memory);
        this.changes = equipment.changes();
        this.statusWriter = equipment.statuses();
        this.chronicle = new Chronicle(equipment.events(), equipment.metrics());
        this.options = equipment.options();
        this.clock = equipment.clock();
        this.clusterTime = equipment.clusterTime();
        this.virtualMachines = new VirtualMachines(
                watched,
                equipment.virtualMachines(),
                chronicle,
                changes,
                options,
                planner.catalog(),
                cluster::vendorOf);
        this.departure = new Departure(
                virtualMachines, equipment.finalizer(), statusWriter, chronicle, options.retryMax(), clusterTime);
    }

    @Override
    public List<EventSource<?, ClusterCpuBaseline>> prepareEventSources(
            EventSourceContext<ClusterCpuBaseline> context) {
        return List.of(changes);
    }

    /** Starts no further write: another operator may lead from now on. */
    @Override
    public void close() {
        virtualMachines.close();
    }

    /** What was gathered for one decision. */
    private record Gathered(
            ClusterCpuBaseline baseline,
            @Nullable ClusterCpuBaselineStatus status,
            Instant now,
            SpecReader.Intent intent,
            List<NodeCpu> nodes,
            Remembered remembered,
            List<Problem> problems) {}

    @Override
    public UpdateControl<ClusterCpuBaseline> reconcile(ClusterCpuBaseline seen, Context<ClusterCpuBaseline> context)
            throws IOException {
        String name = seen.getMetadata().getName();
        if (context.isPrimaryResourceDeleted()) {
            forget(seen);
            return UpdateControl.noUpdate();
        }
        if (!cluster.settled()) {
            return UpdateControl.<ClusterCpuBaseline>noUpdate().rescheduleAfter(SOON);
        }
        Optional<ClusterCpuBaseline> current = current(seen, context.getClient());
        if (current.isEmpty()) {
            // The cache is behind the API server.
            return UpdateControl.<ClusterCpuBaseline>noUpdate().rescheduleAfter(Duration.ofSeconds(2));
        }
        if (current.get().isMarkedForDeletion()) {
            return again(departure.leave(
                    current.get(),
                    intent(current.get()).virtualMachines(),
                    spec(current.get()).paused()));
        }
        Optional<String> unreadable = BaselineDeserializer.unreadableStatus(current.get());
        if (unreadable.isPresent()) {
            chronicle.unreadable(current.get(), unreadable.get());
            return UpdateControl.noUpdate();
        }

        Gathered gathered = gather(current.get());
        VirtualMachineIntent wanted = gathered.intent().virtualMachines();
        if (!virtualMachines.settled(name, wanted) || !departure.prepared(gathered.baseline(), wanted)) {
            return UpdateControl.<ClusterCpuBaseline>noUpdate().rescheduleAfter(SOON);
        }
        Plan plan = plan(gathered, gathered.remembered().pinned());
        Decision decision = decide(gathered, plan);
        if (!Objects.equals(decision.next().pinned(), gathered.remembered().pinned())) {
            Duration later = persist(gathered, decision);
            if (later != null) {
                return UpdateControl.<ClusterCpuBaseline>noUpdate().rescheduleAfter(later);
            }
        }
        VirtualMachines.Result applied = virtualMachines.align(
                name,
                gathered.intent().virtualMachines(),
                decision.next().pinned(),
                spec(gathered.baseline()).paused());
        Duration reportAgain = report(gathered, decision, applied.observed());
        return again(decision.retryAfter(), applied.next(), reportAgain, waitedForUntil(plan.fleet()));
    }

    /** How long until the first of the nodes that KubeVirt doesn't use yet is no longer waited for. */
    private @Nullable Duration waitedForUntil(Fleet fleet) {
        Instant created = fleet.firstWaitedFor();
        if (created == null) {
            return null;
        }
        Duration left = Duration.between(clusterTime.instant(), created.plus(options.evidenceGrace()));
        return left.compareTo(SOON) > 0 ? left : SOON;
    }

    private void forget(ClusterCpuBaseline gone) {
        virtualMachines.forget(gone.getMetadata().getName());
        departure.forget(gone);
        chronicle.forget(gone);
        statusWriter.forget(gone);
        known.remove(gone.getMetadata().getUid());
    }

    /** What a leader before us wrote may not have reached our cache: the first look is at the API server itself. */
    private Optional<ClusterCpuBaseline> current(ClusterCpuBaseline seen, KubernetesClient client) {
        if (known.contains(seen.getMetadata().getUid())) {
            return Optional.of(seen);
        }
        ClusterCpuBaseline fresh = client.resources(ClusterCpuBaseline.class)
                .withName(seen.getMetadata().getName())
                .get();
        if (fresh == null
                || !fresh.getMetadata().getUid().equals(seen.getMetadata().getUid())) {
            return Optional.empty();
        }
        known.add(fresh.getMetadata().getUid());
        return Optional.of(fresh);
    }

    private Gathered gather(ClusterCpuBaseline baseline) {
        List<NodeCpu> all = cluster.nodes();
        SpecReader.Intent intent = intent(baseline);
        List<NodeCpu> selected = intent.nodes() == null
                ? List.of()
                : all.stream()
                        .filter(node -> Objects.requireNonNull(intent.nodes()).matches(node.labels()))
                        .toList();
        List<Problem> problems = Stream.of(cluster.problem(), unreadable(baseline))
                .flatMap(Optional::stream)
                .findFirst()
                .map(List::of)
                .orElse(intent.problems());
        ClusterCpuBaselineStatus status = statusWriter.latest(baseline).status();
        return new Gathered(
                baseline, status, clock.instant(), intent, selected, StatusReport.remembered(status), problems);
    }

    private SpecReader.Intent intent(ClusterCpuBaseline baseline) {
        return SpecReader.read(spec(baseline), planner.catalog(), cluster.labelledModels(), cluster.labelledFeatures());
    }

    private static Optional<Problem> unreadable(ClusterCpuBaseline baseline) {
        return BaselineDeserializer.unreadableSpec(baseline)
                .map(why -> new Problem(
                        Reason.InvalidSpec, "%s. The pin and virtual machines stay as they are.".formatted(why)));
    }

    /** The answer for the contributing nodes; a spec that can't be followed has none. */
    private Plan plan(Gathered gathered, @Nullable Pin pin) {
        long begin = System.nanoTime();
        Fleet fleet = assess(gathered, pin);
        Plan plan = planner.plan(fleet, gathered.intent().policy());
        chronicle.planned(Duration.ofNanos(System.nanoTime() - begin));
        return answered(gathered, plan);
    }

    private Fleet assess(Gathered gathered, @Nullable Pin pin) {
        return planner.assess(
                gathered.nodes(),
                gathered.intent().policy(),
                pin == null ? null : pin.criteria(),
                clusterTime.instant().minus(options.evidenceGrace()));
    }

    private static Plan answered(Gathered gathered, Plan plan) {
        return gathered.problems().stream()
                .findFirst()
                .map(problem ->
                        new Plan(plan.fleet(), new NoBaseline(problem.reason(), problem.message()), plan.explanation()))
                .orElse(plan);
    }

    private Decision decide(Gathered gathered, Plan plan) {
        ClusterCpuBaseline baseline = gathered.baseline();
        ClusterCpuBaselineSpec spec = spec(baseline);
        Plan cautious = answered(
                gathered, planner.cautious(plan.fleet(), gathered.intent().policy()));
        Instant inCluster = clusterTime.instant();
        Situation situation = new Situation(
                gathered.now(),
                inCluster,
                plan,
                cautious,
                spec.paused() || !gathered.problems().isEmpty(),
                spec.approvedRevision(),
                gathered.intent().policy().vendors() == Policy.Vendors.Mixed,
                specChanged(gathered),
                Duration.ofSeconds(spec.changes().lower().stabilizationSeconds()),
                options.evidenceGrace(),
                cluster.unknownSince(plan.fleet(), inCluster),
                chronicle.answerChanged(baseline.getMetadata().getUid(), cautious.answer(), inCluster),
                carried(gathered));
        return changeControl.decide(gathered.remembered(), situation);
    }

    private Carried carried(Gathered gathered) {
        String name = gathered.baseline().getMetadata().getName();
        return gathered.remembered().pinned() == null
                ? virtualMachines.carried(name, gathered.intent().virtualMachines())
                : Carried.nothing(name);
    }

    private static boolean specChanged(Gathered gathered) {
        ClusterCpuBaselineStatus status = gathered.status();
        return status != null
                && status.observedGeneration() != null
                && !status.observedGeneration()
                        .equals(gathered.baseline().getMetadata().getGeneration());
    }

    /** A moved pin is written, for the version that it was decided on, before the first virtual machine is touched. */
    private @Nullable Duration persist(Gathered gathered, Decision decision) throws IOException {
        // With what is to be done now: a status without it would look as if all was done.
        Observation.VirtualMachines foreseen = virtualMachines.foresee(
                gathered.baseline().getMetadata().getName(),
                gathered.intent().virtualMachines(),
                decision.next().pinned(),
                spec(gathered.baseline()).paused());
        ClusterCpuBaselineStatus status = StatusReport.of(observation(gathered, decision, foreseen), gathered.status());
        Outcome outcome = statusWriter.write(gathered.baseline(), status);
        if (outcome instanceof Outcome.Forbidden forbidden) {
            return forbidden.remaining();
        }
        if (!(outcome instanceof Outcome.Written)) {
            return SOON;
        }
        if (decision.moved() != null) {
            chronicle.pinMoved(gathered.baseline(), decision, gathered.remembered(), status);
        }
        chronicle.statusWritten(gathered.baseline(), gathered.status(), status);
        return null;
    }

    private @Nullable Duration report(
            Gathered gathered, Decision decision, Observation.@Nullable VirtualMachines observed) throws IOException {
        ClusterCpuBaselineStatus before =
                statusWriter.latest(gathered.baseline()).status();
        Observation observation = observation(gathered, decision, observed);
        ClusterCpuBaselineStatus status = StatusReport.of(observation, before);
        chronicle.observed(gathered.baseline(), observation, status);
        Outcome outcome = statusWriter.write(gathered.baseline(), status);
        if (outcome instanceof Outcome.Written) {
            chronicle.statusWritten(gathered.baseline(), before, status);
        } else if (outcome instanceof Outcome.TooEarly tooEarly) {
            return tooEarly.remaining();
        } else if (outcome instanceof Outcome.Forbidden forbidden) {
            return forbidden.remaining();
        }
        return null;
    }

    /** What is found after a decision: the nodes are judged by what is pinned then. */
    private Observation observation(
            Gathered gathered, Decision decision, Observation.@Nullable VirtualMachines observed) {
        return new Observation(
                gathered.baseline().getMetadata().getGeneration(),
                gathered.now(),
                gathered.problems(),
                planner.catalog(),
                plan(gathered, decision.next().pinned()),
                decision,
                virtualMachines.hasKubeVirt(),
                virtualMachines.kubeVirtVersion().orElse(null),
                virtualMachines.clusterDefault().orElse(null),
                observed);
    }

    private static UpdateControl<ClusterCpuBaseline> again(@Nullable Duration... delays) {
        Duration soonest = null;
        for (Duration delay : delays) {
            if (delay != null && (soonest == null || delay.compareTo(soonest) < 0)) {
                soonest = delay;
            }
        }
        UpdateControl<ClusterCpuBaseline> done = UpdateControl.noUpdate();
        return soonest == null ? done : done.rescheduleAfter(soonest);
    }

    private static ClusterCpuBaselineSpec spec(ClusterCpuBaseline baseline) {
        return baseline.getSpec() == null ? ClusterCpuBaselineSpec.defaults() : baseline.getSpec();
    }
}
