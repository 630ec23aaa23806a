package io.cpubaseline.operator.machines;

import io.cpubaseline.change.Carried;
import io.cpubaseline.change.KubeVirtProgress;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.operator.cluster.ChangeSource;
import io.cpubaseline.operator.cluster.KubeVirtReader.Configuration;
import io.cpubaseline.operator.cluster.KubeVirtReader.KubeVirtView;
import io.cpubaseline.operator.cluster.KubeVirtRollout;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.cluster.ReadingProblems;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.options.RunOptions;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.report.ClusterDefault;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.Problem;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Admission;
import io.cpubaseline.virtualmachine.FirstStarts;
import io.cpubaseline.virtualmachine.Holdings;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.KubeVirtVersion;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Virtual machines, watched only while some baseline selects any. */
public final class VirtualMachines implements Machines {

    private static final String NOT_ALLOWED =
            "The operator is installed without permission to write virtual machines. Set the chart's"
                    + " virtualMachines.write to true, or mode to Observe.";

    private static final String REFUSED =
            "%s. Check the chart's virtualMachines.write and virtualMachines.namespaces, or set mode to Observe. The"
                    + " operator tries again by itself.";

    private final WatchedKind<NodeFacts> nodes;
    private final WatchedKind<KubeVirtView> kubeVirts;
    private final WatchedKind<VirtualMachineSnapshot> machines;
    private final WatchedKind<InstanceSnapshot> instances;
    private final WatchedKind<NamespaceView> namespaces;
    private final WriteQueue queue;

    private final Selections selections;
    private final ReadingProblems problems;
    private final boolean mayWrite;
    private final Set<String> trustedManagers;
    private final CpuCatalog catalog;
    private final NodeChanges nodeChanges;
    private final Alignments alignments;
    private final Consumer<String> wake;

    /** The baselines of which restart campaigns have to know more. */
    private volatile Set<String> inCampaigns = Set.of();

    private final Map<String, Targets> reached = new ConcurrentHashMap<>();
    private final Map<String, Carriers> carriers = new ConcurrentHashMap<>();

    /** Of the nodes as they were when it was last asked for; every thread would compute the same. */
    private volatile Clocks clocks = new Clocks(List.of(), 0, List.of());

    /**
     * TSC frequencies in Hz.
     *
     * @param nodes of which nodes; the list is the same object until one of them changes
     * @param lowest among those where guests can be started; 0 if none of them tells its own
     * @param lower other nodes with a lower one
     */
    private record Clocks(List<NodeFacts> nodes, long lowest, List<NodeFacts> lower) {

        static Clocks of(List<NodeFacts> nodes) {
            long lowest = nodes.stream()
                    .filter(node -> node.schedulable() == Truth.YES)
                    .mapToLong(VirtualMachines::tscFrequency)
                    .filter(frequency -> frequency > 0)
                    .min()
                    .orElse(Long.MAX_VALUE);
            return new Clocks(
                    nodes,
                    lowest == Long.MAX_VALUE ? 0 : lowest,
                    nodes.stream()
                            .filter(node -> tscFrequency(node) > 0 && tscFrequency(node) < lowest)
                            .toList());
        }
    }

    /**
     * What became of a baseline's virtual machines.
     *
     * @param observed for the status; null if the baseline selects none
     * @param next when to look again though nothing changes; null if never
     */
    public record Result(
            Observation.@Nullable VirtualMachines observed,
            @Nullable Duration next) {}

    /**
     * Knows no baseline yet.
     *
     * @param writes sends the writes
     * @param notices is told of writes, and of trouble with them
     * @param changes knows all baselines that there are, and wakes them when something of theirs was answered or has changed
     * @param vendorOfNode a node's CPU vendor by its name; empty if it isn't known
     * @param labelsOfNode a node's labels by its name; none if there is no such node
     * @param clusterTime the time by the API server's clock, or earlier
     */
    public VirtualMachines(
            WatchedCluster watched,
            WriteQueue.Writes writes,
            VirtualMachineAligner.Notices notices,
            ChangeSource changes,
            RunOptions options,
            CpuCatalog catalog,
            UnaryOperator<String> vendorOfNode,
            Function<String, Map<String, String>> labelsOfNode,
            InstantSource clusterTime) {
        this.wake = changes::wake;
        this.nodes = watched.nodes();
        this.kubeVirts = watched.kubeVirts();
        this.machines = watched.virtualMachines();
        this.instances = watched.instances();
        this.namespaces = watched.namespaces();
        this.queue = new WriteQueue(writes, WriteQueue.monotonic());
        this.selections = new Selections(
                machines,
                instances,
                namespaces,
                changes::exists,
                changes::wake,
                labelsOfNode,
                new Claimants(queue.nanoTime(), options.conflictDelay()));
        this.nodeChanges = new NodeChanges(nodes, watched.nodeFeatures(), vendorOfNode, labelsOfNode);
        Running running =
                new Running(name -> instances.get(name.namespace(), name.name()).orElse(null), vendorOfNode);
        this.alignments = new Alignments(selections, running, queue, notices, changes::wake, options, clusterTime);
        this.problems = new ReadingProblems(watched);
        this.mayWrite = options.writeVirtualMachines();
        this.trustedManagers = options.trustedManagers();
        this.catalog = catalog;
        watched.follow(selections);
        changes.whenOneComesOrGoes(selections::touchHeldBy);
    }

    @Override
    public synchronized boolean settled(String baseline, @Nullable VirtualMachineIntent intent) {
        selections.remember(baseline, intent);
        watchAsWanted();
        return kubeVirts.current() && (intent == null || ofMachines().stream().allMatch(WatchedKind::current));
    }

    @Override
    public void reach(String baseline, long cores, Targets targets) {
        selections.reach(baseline, cores);
        if (inCampaigns.contains(baseline)) {
            reached.put(baseline, targets);
        } else {
            reached.remove(baseline);
        }
    }

    /** From now on it is known which virtual machines carry these baselines, and no others. */
    public void follow(Set<String> baselines) {
        Set<String> before = inCampaigns;
        inCampaigns = Set.copyOf(baselines);
        carriers.keySet().retainAll(baselines);
        baselines.stream().filter(baseline -> !before.contains(baseline)).forEach(wake);
    }

    /** The virtual machines that carry a baseline, if that one is followed, pinned, and could be looked at. */
    public Optional<Carriers> carriers(String baseline) {
        return Optional.ofNullable(carriers.get(baseline));
    }

    /** A baseline is being deleted: nobody is restarted for it any more. */
    public void leaves(String baseline) {
        carriers.remove(baseline);
    }

    @Override
    public boolean hasKubeVirt() {
        return kubeVirts.state() != State.ABSENT;
    }

    @Override
    public Optional<KubeVirtVersion> kubeVirtVersion() {
        return kubeVirts.list().stream()
                .flatMap(kubeVirt -> KubeVirtVersion.of(kubeVirt.observedVersion()).stream())
                .findFirst();
    }

    @Override
    public KubeVirtProgress kubeVirtProgress() {
        return KubeVirtRollout.progress(kubeVirts.list());
    }

    @Override
    public Optional<ClusterDefault> clusterDefault() {
        return kubeVirts.list().stream()
                .map(kubeVirt -> ClusterDefault.ofKubeVirt(
                        kubeVirt.namespace(),
                        kubeVirt.name(),
                        kubeVirt.hyperConverged(),
                        kubeVirt.configuration().cpuModel(),
                        kubeVirt.configuration().obsoleteModels()))
                .findFirst();
    }

    @Override
    public Carried carried(String baseline, @Nullable VirtualMachineIntent intent) {
        if (intent == null) {
            return Carried.nothing(baseline);
        }
        for (WatchedKind<?> kind : List.of(machines, namespaces)) {
            if (kind.state() != State.SYNCED && kind.state() != State.ABSENT) {
                return Carried.unreadable(baseline, kind.message());
            }
        }
        return Holdings.of(
                baseline, selections.selected(intent, Optional.empty()).all());
    }

    @Override
    public Result align(
            String baseline,
            @Nullable VirtualMachineIntent intent,
            Remembered remembered,
            boolean paused,
            @Nullable Admission admission,
            boolean firstStarts) {
        Target target = target(baseline, remembered, admission);
        if (intent == null || target == null) {
            forgetAlignment(baseline);
            return new Result(null, null);
        }
        selections.nodesChanged(nodeChanges.changed());
        Observation.Mode mode = mode(intent, paused);
        Optional<Problem> unreadable = problems.ofVirtualMachines();
        if (unreadable.isPresent()) {
            // What was decided by the views of before must not be sent any more.
            forgetAlignment(baseline);
            return new Result(Observation.VirtualMachines.unreadable(mode, unreadable.get()), null);
        }
        boolean write = mode == Observation.Mode.PATCH && mayWrite;
        // A virtual machine isn't left without a model before its instances can get one.
        boolean release = !paused && mayWrite && (admission == null || admission.bound());
        Alignments.Result result = alignments.align(baseline, intent, target, write, release, write && firstStarts);
        SchedulingRules rules = schedulingRules();
        carry(baseline, remembered, target, rules, paused);
        Tally leaving = result.leaving().tally();
        String forbidden =
                notAllowed(mode) ? NOT_ALLOWED : refused(result.selected().forbidden());
        boolean may = write && firstStarts && forbidden == null;
        FirstStarts starts = may ? result.selected().firstStarts() : FirstStarts.NONE;
        return new Result(
                new Observation.VirtualMachines(
                                mode,
                                result.selected().tally(),
                                result.selected().progress(),
                                leaving.selected() == 0 ? null : leaving,
                                forbidden,
                                rules)
                        .writtenWhenStopped(intent.rollout().whenStopped())
                        .giving(starts),
                sooner(result.selected().next(), result.leaving().next()));
    }

    private void carry(String baseline, Remembered remembered, Target target, SchedulingRules rules, boolean paused) {
        Targets targets = reached.get(baseline);
        Pin pin = remembered.pinned();
        if (targets == null || pin == null) {
            carriers.remove(baseline);
        } else {
            carriers.put(baseline, new Carriers(pin, target, targets, rules, paused, alignments.applied(baseline)));
        }
    }

    private void forgetAlignment(String baseline) {
        carriers.remove(baseline);
        alignments.forget(baseline);
    }

    private static @Nullable Duration sooner(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Releases all that a baseline holds that is being deleted. */
    public VirtualMachineAligner.Result release(String baseline, VirtualMachineIntent intent) {
        carriers.remove(baseline);
        selections.leave(baseline);
        return alignments.release(baseline, intent.rollout());
    }

    /** Whether a baseline may hold something now or soon. */
    public boolean mayHold(String baseline, VirtualMachineIntent intent) {
        return intent.patch() && mayWrite || selections.holdsAny(baseline);
    }

    /** Why nothing can be released, if that is so. */
    public Optional<String> obstacle() {
        if (!mayWrite) {
            return Optional.of("the operator is installed without permission to write virtual machines");
        }
        // Each kind has a watch of its own: KubeVirt's own may be seen to go before that of its machines.
        if (!hasKubeVirt()) {
            return Optional.of("KubeVirt's API is not there");
        }
        return switch (machines.state()) {
            case ABSENT -> Optional.of("KubeVirt's API is not there");
            case FORBIDDEN -> Optional.of("virtual machines can't be read: " + machines.message());
            case STOPPED, STARTING, SYNCED -> Optional.empty();
        };
    }

    @Override
    public Observation.@Nullable VirtualMachines foresee(
            String baseline,
            @Nullable VirtualMachineIntent intent,
            Remembered remembered,
            boolean paused,
            @Nullable Admission admission) {
        Target target = target(baseline, remembered, admission);
        if (intent == null || target == null) {
            return null;
        }
        Observation.Mode mode = mode(intent, paused);
        Optional<Problem> unreadable = problems.ofVirtualMachines();
        if (unreadable.isPresent()) {
            return Observation.VirtualMachines.unreadable(mode, unreadable.get());
        }
        return new Observation.VirtualMachines(
                        mode,
                        alignments.foresee(intent, target),
                        null,
                        notAllowed(mode) ? NOT_ALLOWED : null,
                        schedulingRules())
                .writtenWhenStopped(intent.rollout().whenStopped());
    }

    /** What KubeVirt's resource and the nodes' clocks have to do with where guests can land. */
    private SchedulingRules schedulingRules() {
        boolean machineTypeSelected =
                kubeVirtVersion().map(KubeVirtVersion::selectsMachineType).orElse(true);
        return kubeVirts.list().stream()
                .map(KubeVirtView::configuration)
                .findFirst()
                .orElseGet(Configuration::none)
                .rules(machineTypeSelected, this::lowestTscFrequency);
    }

    /** As KubeVirt has it: of nodes where guests can be started, or run. */
    private long lowestTscFrequency() {
        List<NodeFacts> now = nodes.list();
        Clocks known = clocks;
        if (known.nodes() != now) {
            known = Clocks.of(now);
            clocks = known;
        }
        if (known.lower().isEmpty()) {
            return known.lowest();
        }
        Set<String> running =
                instances.list().stream().map(InstanceSnapshot::nodeName).collect(Collectors.toSet());
        return known.lower().stream()
                .filter(node -> running.contains(node.name()))
                .mapToLong(VirtualMachines::tscFrequency)
                .min()
                .orElse(known.lowest());
    }

    private static long tscFrequency(NodeFacts node) {
        return node.host().platform().tscFrequency();
    }

    private static Observation.Mode mode(VirtualMachineIntent intent, boolean paused) {
        if (!intent.patch() && !intent.admission()) {
            return Observation.Mode.OBSERVE;
        }
        if (paused) {
            return Observation.Mode.PAUSED;
        }
        return intent.patch() ? Observation.Mode.PATCH : Observation.Mode.ADMISSION;
    }

    private boolean notAllowed(Observation.Mode mode) {
        return mode == Observation.Mode.PATCH && !mayWrite;
    }

    /** What a baseline wants; null without a pin. */
    private @Nullable Target target(String baseline, Remembered remembered, @Nullable Admission admission) {
        Pin pin = remembered.pinned();
        return pin == null
                ? null
                : Target.of(baseline, pin, catalog)
                        .copiedBy(trustedManagers, remembered.history())
                        .by(admission);
    }

    private static @Nullable String refused(@Nullable String message) {
        return message == null ? null : REFUSED.formatted(message);
    }

    /** Forgets a baseline that is gone. */
    public synchronized void forget(String baseline) {
        forgetAlignment(baseline);
        reached.remove(baseline);
        selections.remember(baseline, null);
        watchAsWanted();
    }

    /** Starts no further write. What is watched stays until reconciliations that are under way have ended, lest they find nothing. */
    public void close() {
        queue.close();
    }

    private void watchAsWanted() {
        for (WatchedKind<?> kind : ofMachines()) {
            if (selections.isEmpty()) {
                kind.stop();
            } else {
                kind.start();
            }
        }
    }

    private List<WatchedKind<?>> ofMachines() {
        return List.of(namespaces, machines, instances);
    }
}
