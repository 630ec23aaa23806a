package io.cpubaseline.operator.controller;

import io.cpubaseline.Reason;
import io.cpubaseline.Selector;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.catalog.GuestNeeds;
import io.cpubaseline.change.Candidate;
import io.cpubaseline.change.Carried;
import io.cpubaseline.change.ChangeControl;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.operator.admission.Admissions;
import io.cpubaseline.operator.cluster.NodeEvidence;
import io.cpubaseline.operator.cluster.NodeInterest;
import io.cpubaseline.operator.clusterdefault.Defaults;
import io.cpubaseline.operator.kube.BaselineDeserializer;
import io.cpubaseline.operator.machines.Machines;
import io.cpubaseline.operator.machines.VirtualMachines;
import io.cpubaseline.operator.telling.Journal;
import io.cpubaseline.operator.telling.StatusWriter.Outcome;
import io.cpubaseline.operator.telling.Statuses;
import io.cpubaseline.report.Consideration;
import io.cpubaseline.report.Consideration.Question;
import io.cpubaseline.report.Consideration.Seen;
import io.cpubaseline.report.Consideration.Times;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.Problem;
import io.cpubaseline.report.SpecReader;
import io.cpubaseline.report.SpecReader.DefaultMode;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.report.StatusReport;
import io.cpubaseline.virtualmachine.FirstStarts;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a baseline: gather what is known, consider it, persist the pin where it moves, apply it to virtual machines, report. Nothing is
 * applied that is not persisted. All rules are in {@link Consideration}; all input and output is in the collaborators. Safe for use by
 * several threads, one at a time for the same baseline.
 */
final class BaselinePass {

    /** When to come again where a view or the next version of an object is about to arrive. */
    static final Duration SOON = Duration.ofMillis(200);

    private final Planner planner;
    private final ChangeControl changeControl;
    private final NodeEvidence evidence;
    private final Machines machines;
    private final Admissions admissions;
    private final Defaults defaults;
    private final Finalizing finalizing;
    private final Statuses statuses;
    private final Journal journal;
    private final Duration evidenceGrace;
    private final InstantSource clock;
    private final InstantSource clusterTime;
    private final AnswerMemory answers = new AnswerMemory();
    private final ProspectMemory prospects;

    /** Sees to it that a baseline that gives back what it holds isn't deleted before it has done so. */
    @FunctionalInterface
    interface Finalizing {

        /**
         * Sees to it.
         *
         * @return whether it is so; otherwise the baseline is to be looked at again in its next version
         * @throws IOException if the API server is in trouble: try again
         */
        boolean prepared(ClusterCpuBaseline baseline, @Nullable VirtualMachineIntent intent) throws IOException;
    }

    /** What was gathered. */
    private record Gathered(
            ClusterCpuBaseline baseline,
            @Nullable ClusterCpuBaselineStatus status,
            SpecReader.Intent intent,
            List<Problem> problems) {

        String name() {
            return baseline.getMetadata().getName();
        }

        String uid() {
            return baseline.getMetadata().getUid();
        }

        boolean paused() {
            return intent.steering().paused();
        }

        /** Whether the spec was edited since the last decision. */
        boolean specChanged() {
            Long observed = status == null ? null : status.observedGeneration();
            return observed != null && !observed.equals(baseline.getMetadata().getGeneration());
        }
    }

    /**
     * @param evidenceGrace how long a node that is unknown is waited for
     * @param countInterval how often counts are looked up that take a look at everything
     * @param clock the time, to be written down
     * @param clusterTime the time by the API server's clock, for all waits
     */
    BaselinePass(
            Planner planner,
            NodeEvidence evidence,
            Machines machines,
            Admissions admissions,
            Defaults defaults,
            Finalizing finalizing,
            Statuses statuses,
            Journal journal,
            Duration evidenceGrace,
            Duration countInterval,
            InstantSource clock,
            InstantSource clusterTime) {
        this.planner = planner;
        this.changeControl = new ChangeControl(planner.catalog(), planner.rules(), GuestNeeds.known());
        this.evidence = evidence;
        this.machines = machines;
        this.admissions = admissions;
        this.defaults = defaults;
        this.finalizing = finalizing;
        this.statuses = statuses;
        this.journal = journal;
        this.evidenceGrace = evidenceGrace;
        this.prospects = new ProspectMemory(countInterval);
        this.clock = clock;
        this.clusterTime = clusterTime;
    }

    /**
     * Makes one pass.
     *
     * @return when to make the next one though nothing changes; null if never
     * @throws IOException if the API server is in trouble: try again
     */
    @Nullable
    Duration over(ClusterCpuBaseline baseline) throws IOException {
        Optional<String> unreadable = BaselineDeserializer.unreadableStatus(baseline);
        if (unreadable.isPresent()) {
            journal.unreadable(baseline, unreadable.get());
            return null;
        }
        Gathered gathered = gather(baseline);
        VirtualMachineIntent wanted = gathered.intent().virtualMachines();
        if (!machines.settled(gathered.name(), wanted)
                || !admissions.settled(wanted)
                || !finalizing.prepared(baseline, wanted)
                || !defaults.prepared(baseline, gathered.intent().clusterDefault())) {
            return SOON;
        }
        Admissions.Result admitted = admissions.bind(baseline, wanted, gathered.paused());
        Consideration considered = consider(gathered);
        machines.reach(gathered.name(), considered.cores(), considered.targets());
        if (considered.changesPin()) {
            Duration later = persist(gathered, considered, admitted);
            if (later != null) {
                return later;
            }
        }
        VirtualMachines.Result applied = machines.align(
                gathered.name(),
                wanted,
                considered.decision().next(),
                gathered.paused(),
                admitted.admission(),
                firstStarts(considered, admitted));
        Defaults.Result byDefault =
                defaults.write(baseline, gathered.intent().clusterDefault(), pin(considered), gathered.paused());
        Observation.VirtualMachines observed = applied.observed();
        evidence.selectingBy(gathered.name(), observed == null ? Set.of() : observed.nodeLabels());
        Duration reportAgain = report(gathered, considered, observed, admitted, byDefault);
        return soonest(
                notTooSoon(considered.lookAgain()),
                applied.next(),
                admitted.next(),
                byDefault.next(),
                reportAgain,
                prospects.oldIn(gathered.uid(), clusterTime.instant()).orElse(null));
    }

    /** What a spec asks for. */
    SpecReader.Intent intent(ClusterCpuBaseline baseline) {
        ClusterCpuBaselineSpec spec =
                baseline.getSpec() == null ? ClusterCpuBaselineSpec.defaults() : baseline.getSpec();
        return SpecReader.read(spec, planner.catalog(), evidence.labelledModels(), evidence.labelledFeatures());
    }

    /** Forgets a baseline that is gone. */
    void forget(ClusterCpuBaseline gone) {
        answers.forget(gone.getMetadata().getUid());
        prospects.forget(gone.getMetadata().getUid());
    }

    private Gathered gather(ClusterCpuBaseline baseline) {
        String name = baseline.getMetadata().getName();
        // Before it is read, and before nodes are: no change in between must be missed.
        evidence.looksAt(name, NodeInterest.everything());
        SpecReader.Intent intent = intent(baseline);
        // Whether instances may get the pin depends on which vendor's nodes label its model, selected or not.
        VirtualMachineIntent wanted = intent.virtualMachines();
        boolean byLabelsOfAll = intent.namesCpus() || wanted != null && wanted.patch() && admissions.possible();
        evidence.looksAt(name, new NodeInterest(intent.nodes(), byLabelsOfAll, Set.of()));
        List<Problem> problems = Stream.of(evidence.problem(), unreadableSpec(baseline))
                .flatMap(Optional::stream)
                .findFirst()
                .map(List::of)
                .orElse(intent.problems());
        return new Gathered(baseline, statuses.latest(baseline).status(), intent, problems);
    }

    private static Optional<Problem> unreadableSpec(ClusterCpuBaseline baseline) {
        return BaselineDeserializer.unreadableSpec(baseline)
                .map(why -> new Problem(
                        Reason.InvalidSpec, "%s. The pin and virtual machines stay as they are.".formatted(why)));
    }

    private Consideration consider(Gathered gathered) {
        Remembered remembered = StatusReport.remembered(gathered.status());
        SpecReader.Intent intent = gathered.intent();
        Carried carried = remembered.pinned() == null
                ? machines.carried(gathered.name(), intent.virtualMachines())
                : Carried.nothing(gathered.name());
        Instant inCluster = clusterTime.instant();
        Question question = new Question(
                selected(intent.nodes()),
                intent.policy(),
                gathered.problems(),
                intent.steering(),
                gathered.specChanged(),
                remembered,
                carried,
                machines.kubeVirtProgress(),
                new Times(clock.instant(), inCluster, evidenceGrace, seen(gathered.uid(), inCluster)));
        long begin = System.nanoTime();
        Consideration considered = Consideration.of(planner, changeControl, question);
        journal.considered(Duration.ofNanos(System.nanoTime() - begin));
        return considered;
    }

    private List<NodeCpu> selected(@Nullable Selector nodes) {
        return nodes == null ? List.of() : evidence.selected(nodes);
    }

    private Seen seen(String uid, Instant inCluster) {
        return new Seen() {
            @Override
            public @Nullable Instant unknownSince(Fleet fleet) {
                return evidence.unknownSince(fleet, inCluster);
            }

            @Override
            public @Nullable Instant answerChanged(Answer answer) {
                return answers.changed(uid, answer, inCluster);
            }
        };
    }

    /** Whether instances may get the pin when they are created: the policy is bound for that, and they land where they belong. */
    private boolean firstStarts(Consideration considered, Admissions.Result admitted) {
        Pin pin = pin(considered);
        return admitted.firstStarts()
                && pin != null
                && considered.lands()
                && FirstStarts.confined(pin, evidence.vendorsLabelling(pin.cpuModel()));
    }

    private static @Nullable Pin pin(Consideration considered) {
        return considered.decision().next().pinned();
    }

    /**
     * Writes a status with the new pin, for the version that it was decided on.
     *
     * @return null if it is persisted; otherwise when to come again: nothing may be done by it before
     */
    private @Nullable Duration persist(Gathered gathered, Consideration considered, Admissions.Result admitted)
            throws IOException {
        // With what is to be done now: a status without it would look as if all was done.
        Observation foreseen = observation(
                gathered,
                considered,
                machines.foresee(
                        gathered.name(),
                        gathered.intent().virtualMachines(),
                        considered.decision().next(),
                        gathered.paused(),
                        admitted.admission()),
                admitted,
                Defaults.Result.NONE);
        ClusterCpuBaselineStatus status = StatusReport.of(foreseen, gathered.status());
        Outcome outcome = statuses.write(gathered.baseline(), status);
        if (outcome instanceof Outcome.Forbidden forbidden) {
            return forbidden.remaining();
        }
        if (!(outcome instanceof Outcome.Written)) {
            return SOON;
        }
        if (considered.decision().moved() != null) {
            journal.pinMoved(
                    gathered.baseline(),
                    considered.decision(),
                    considered.question().remembered(),
                    status);
        }
        journal.statusWritten(gathered.baseline(), gathered.status(), status);
        return null;
    }

    private @Nullable Duration report(
            Gathered gathered,
            Consideration considered,
            Observation.@Nullable VirtualMachines observed,
            Admissions.Result admitted,
            Defaults.Result byDefault)
            throws IOException {
        ClusterCpuBaselineStatus before = statuses.latest(gathered.baseline()).status();
        Observation observation = observation(gathered, considered, observed, admitted, byDefault);
        ClusterCpuBaselineStatus status = StatusReport.of(observation, before);
        journal.observed(gathered.baseline(), observation, status);
        Outcome outcome = statuses.write(gathered.baseline(), status);
        if (outcome instanceof Outcome.Written) {
            journal.statusWritten(gathered.baseline(), before, status);
        } else if (outcome instanceof Outcome.TooEarly tooEarly) {
            return tooEarly.remaining();
        } else if (outcome instanceof Outcome.Forbidden forbidden) {
            return forbidden.remaining();
        }
        return null;
    }

    private Observation observation(
            Gathered gathered,
            Consideration considered,
            Observation.@Nullable VirtualMachines virtualMachines,
            Admissions.Result admitted,
            Defaults.Result byDefault) {
        return considered.observation(
                gathered.baseline().getMetadata().getGeneration(),
                machines.hasKubeVirt(),
                machines.kubeVirtVersion().orElse(null),
                gathered.intent().clusterDefault() == DefaultMode.Ignore
                        ? null
                        : machines.clusterDefault().orElse(null),
                virtualMachines,
                prospect(gathered, considered, admitted),
                admitted.told(),
                byDefault.told());
    }

    /** What the first baseline would mean for virtual machines, while it is a candidate. */
    private Observation.@Nullable VirtualMachines prospect(
            Gathered gathered, Consideration considered, Admissions.Result admitted) {
        Remembered next = considered.decision().next();
        Candidate candidate = next.candidate();
        if (next.pinned() != null || candidate == null) {
            prospects.forget(gathered.uid());
            return null;
        }
        return prospects.of(
                gathered.uid(),
                candidate.pin().revision(),
                gathered.baseline().getMetadata().getGeneration(),
                clusterTime.instant(),
                () -> machines.foresee(
                        gathered.name(),
                        gathered.intent().virtualMachines(),
                        new Remembered(candidate.pin(), null, next.history()),
                        gathered.paused(),
                        admitted.admission()));
    }

    private static @Nullable Duration notTooSoon(@Nullable Duration delay) {
        return delay == null || delay.compareTo(SOON) > 0 ? delay : SOON;
    }

    private static @Nullable Duration soonest(@Nullable Duration... delays) {
        Duration soonest = null;
        for (Duration delay : delays) {
            if (delay != null && (soonest == null || delay.compareTo(soonest) < 0)) {
                soonest = delay;
            }
        }
        return soonest;
    }
}
