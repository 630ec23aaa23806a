package io.cpubaseline.operator.listing;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.CapacityReport;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.change.Pin;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.report.SpecReader;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.report.StatusReport;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.Admission;
import io.cpubaseline.virtualmachine.Alignment;
import io.cpubaseline.virtualmachine.Belonging;
import io.cpubaseline.virtualmachine.Belonging.Claimant;
import io.cpubaseline.virtualmachine.ConflictWords;
import io.cpubaseline.virtualmachine.FirstStarts;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.Look;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.Tally.State;
import io.cpubaseline.virtualmachine.Target;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What each baseline does with the virtual machines that it selects: by the operator's rules, from one look at the cluster. */
final class Listing {

    /** What a write has to be tried for, and the state that it leads to. */
    private static final Map<Reason, State> TRIED = Map.of(
            Reason.Refused, State.REFUSED,
            Reason.Contended, State.CONFLICTING,
            Reason.InstancetypeConflict, State.SKIPPED);

    private final Snapshot cluster;
    private final Set<String> trustedManagers;
    private final CpuCatalog catalog = CatalogLoader.catalog();

    /** Those that select virtual machines, by name. */
    private final Map<String, Selecting> baselines = new TreeMap<>();

    /** All that there are. */
    private final Set<String> names;

    private record Selecting(
            String name,
            boolean leaving,
            VirtualMachineIntent intent,
            Remembered remembered,
            boolean writes,
            long cores,
            Map<String, Reason> tried) {}

    /**
     * A virtual machine as one baseline sees it.
     *
     * @param reasons why it is in that state, and what else there is to say; may be empty
     * @param message what is the matter with this one; empty where the reasons say it all
     * @param size its virtual CPUs and memory; nothing if not known
     */
    record Line(
            String namespace,
            String name,
            String baseline,
            State state,
            List<Reason> reasons,
            String message,
            NodeCapacity size) {

        /** Makes the list immutable. */
        Line {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * What there is to list.
     *
     * @param trustedManagers the operator's option of this name
     */
    Listing(Snapshot cluster, Set<String> trustedManagers) {
        this.cluster = cluster;
        this.trustedManagers = Set.copyOf(trustedManagers);
        this.names = Set.copyOf(cluster.baselines().stream()
                .map(baseline -> baseline.getMetadata().getName())
                .toList());
        cluster.baselines().forEach(this::add);
    }

    private void add(ClusterCpuBaseline baseline) {
        ClusterCpuBaselineSpec spec =
                baseline.getSpec() == null ? ClusterCpuBaselineSpec.defaults() : baseline.getSpec();
        SpecReader.Intent read = SpecReader.read(spec, catalog, Set.of(), FeatureSet.empty());
        VirtualMachineIntent intent = read.virtualMachines();
        if (intent == null) {
            return;
        }
        ClusterCpuBaselineStatus status = baseline.getStatus();
        CapacityReport capacity = status == null ? null : status.capacity();
        String name = baseline.getMetadata().getName();
        baselines.put(
                name,
                new Selecting(
                        name,
                        baseline.isMarkedForDeletion(),
                        intent,
                        StatusReport.remembered(status),
                        (intent.patch() || intent.admission())
                                && !read.steering().paused(),
                        capacity == null ? 0 : capacity.schedulableCores(),
                        tried(status)));
    }

    /** By namespace and name, those of which the operator has reported that it tried in vain; it names the first few of each reason. */
    private static Map<String, Reason> tried(@Nullable ClusterCpuBaselineStatus status) {
        Map<String, Reason> tried = new HashMap<>();
        if (status != null && status.virtualMachines() != null) {
            for (ReasonCount told : status.virtualMachines().reasons()) {
                TRIED.keySet().stream()
                        .filter(reason -> reason.name().equals(told.reason()))
                        .forEach(reason -> told.examples().forEach(name -> tried.put(name, reason)));
            }
        }
        return tried;
    }

    /** The names of all baselines. */
    Set<String> names() {
        return names;
    }

    /**
     * The virtual machines by namespace and name.
     *
     * @param baseline only as this one sees those that it selects; nothing for all, where each is listed once: as its own baseline sees it
     */
    List<Line> lines(Optional<String> baseline) {
        List<Line> lines = new ArrayList<>();
        for (VirtualMachineSnapshot stored : cluster.machines()) {
            VirtualMachineSnapshot vm = stored.inNamespace(
                    namespace(stored).map(NamespaceView::adopt).orElse(false));
            List<Selecting> selecting =
                    baselines.values().stream().filter(one -> selects(one, vm)).toList();
            Belonging whose = whose(vm, selecting);
            selecting.stream()
                    .filter(one -> baseline.map(one.name()::equals)
                            .orElse(whose.is(one.name()) || whose.baseline().isEmpty()))
                    .map(one -> line(vm, one, whose))
                    .forEach(lines::add);
        }
        lines.sort(
                Comparator.comparing(Line::namespace).thenComparing(Line::name).thenComparing(Line::baseline));
        return lines;
    }

    private boolean selects(Selecting one, VirtualMachineSnapshot vm) {
        return namespace(vm)
                .filter(namespace -> one.intent().namespaces().matches(namespace.labels())
                        && one.intent().selector().matches(vm.templateLabels()))
                .isPresent();
    }

    private Optional<NamespaceView> namespace(VirtualMachineSnapshot vm) {
        return Optional.ofNullable(cluster.namespaces().get(vm.namespace()));
    }

    private Belonging whose(VirtualMachineSnapshot vm, Collection<Selecting> selecting) {
        Map<String, String> node = nodeOf(vm);
        return Belonging.of(
                vm,
                !node.isEmpty(),
                selecting.stream()
                        .map(one -> new Claimant(
                                one.name(),
                                one.leaving(),
                                !node.isEmpty()
                                        && one.intent()
                                                .nodes()
                                                .filter(nodes -> nodes.matches(node))
                                                .isPresent(),
                                /* isNew= */ false,
                                one.cores()))
                        .toList());
    }

    private Line line(VirtualMachineSnapshot vm, Selecting one, Belonging whose) {
        Pin pin = one.remembered().pinned();
        if (pin == null) {
            return new Line(
                    vm.namespace(),
                    vm.name(),
                    one.name(),
                    State.PENDING,
                    List.of(),
                    "the baseline %s has no pin yet: kubectl get ccb %s -o wide".formatted(one.name(), one.name()),
                    vm.size(instanceOf(vm)));
        }
        // Whether the API server has the binding is the operator's to tell.
        Target target = Target.of(one.name(), pin, catalog)
                .copiedBy(trustedManagers, one.remembered().history())
                .by(one.intent().admission() ? new Admission(true, 0) : null);
        InstanceSnapshot instance = instanceOf(vm);
        Action decided = Alignment.decide(vm, target, whose, manager -> letGo(vm, manager, whose));
        Action action = FirstStarts.untilStopped(decided, vm, target, instance);
        Look look = Look.foreseen(vm, action, instance, vendorOf(nodeOf(vm)), target)
                .of(whose, one.name());
        // The rules know of no try: by them it is still to be written.
        Reason tried = look.state() == State.PENDING ? one.tried().get(vm.namespace() + "/" + vm.name()) : null;
        List<Reason> reasons = Stream.concat(
                        Stream.ofNullable(tried == null ? look.reason() : tried),
                        look.notes().stream().sorted())
                .toList();
        return new Line(
                vm.namespace(),
                vm.name(),
                one.name(),
                tried == null ? look.state() : Objects.requireNonNull(TRIED.get(tried)),
                reasons,
                tried == null ? message(vm, one, action, target, whose) : "",
                vm.size(instance));
    }

    private static String message(
            VirtualMachineSnapshot vm, Selecting one, Action action, Target target, Belonging whose) {
        if (action instanceof Action.Conflict conflict) {
            return conflict.reason() == Reason.ClaimedByOther
                    ? "it belongs to "
                            + (whose.is(one.name()) ? String.join(", ", conflict.managers()) : whose.baseline())
                    : ConflictWords.of(vm, conflict, target);
        }
        if (action instanceof Action.Nothing || action instanceof Action.Skip || action instanceof Action.Wait) {
            return "";
        }
        String what = action instanceof Action.TakeOver taking
                ? "taken over from " + String.join(", ", taking.from())
                : action instanceof Action.Release ? "given back" : "written";
        return one.writes()
                ? "to be %s as spec.virtualMachines.rollout allows".formatted(what)
                : "would be %s; the baseline observes, or is paused".formatted(what);
    }

    private boolean letGo(VirtualMachineSnapshot vm, String manager, Belonging whose) {
        String other = Target.baselineOf(manager);
        Selecting one = baselines.get(other);
        if (one == null) {
            return !names.contains(other);
        }
        return selects(one, vm) ? !whose.is(other) : !one.intent().remove();
    }

    private @Nullable InstanceSnapshot instanceOf(VirtualMachineSnapshot vm) {
        InstanceSnapshot instance = cluster.instances().get(vm.namespace() + "/" + vm.name());
        return instance != null && instance.virtualMachine().equals(vm.name()) ? instance : null;
    }

    private Map<String, String> nodeOf(VirtualMachineSnapshot vm) {
        InstanceSnapshot instance = instanceOf(vm);
        return instance == null || !instance.live()
                ? Map.of()
                : cluster.nodes().getOrDefault(instance.nodeName(), Map.of());
    }

    /** As KubeVirt labels it; empty where that is none, or more than one. */
    private static String vendorOf(Map<String, String> node) {
        List<String> vendors = node.keySet().stream()
                .filter(key -> key.startsWith(OwnedFields.VENDOR_KEY))
                .map(key -> key.substring(OwnedFields.VENDOR_KEY.length()))
                .toList();
        return vendors.size() == 1 ? vendors.get(0) : "";
    }
}
