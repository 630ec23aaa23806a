package io.cpubaseline.operator.campaign;

import io.cpubaseline.campaign.Attempt;
import io.cpubaseline.campaign.Candidate;
import io.cpubaseline.campaign.Candidate.Circumstances;
import io.cpubaseline.campaign.Candidate.Places;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Criteria;
import io.cpubaseline.fleet.GuestShape.Ask;
import io.cpubaseline.fleet.NodeDemand;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.operator.cluster.NamespaceReader.NamespaceView;
import io.cpubaseline.operator.cluster.WatchedCluster;
import io.cpubaseline.operator.machines.Carriers;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.report.CampaignReader.Intent;
import io.cpubaseline.virtualmachine.GuestKind;
import io.cpubaseline.virtualmachine.InstanceSnapshot;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Sees the virtual machines of a campaign as they are now. Where guests can go is found once for all that are alike. Used by one thread, for one look.
 */
final class Gathering {

    private final WatchedCluster watched;
    private final UnaryOperator<String> vendorOfNode;
    private final Carriers carriers;
    private final Intent intent;
    private final Predicate<InstanceSnapshot> asked;
    private final Predicate<String> forbidden;
    private final Instant now;
    private final Map<GuestKind, Integer> starts = new HashMap<>();
    private final Map<GuestKind, Map<String, Integer>> moves = new HashMap<>();
    private final Map<GuestKind, String> lacking = new HashMap<>();

    /**
     * @param asked whether the end of an instance has been asked for
     * @param forbidden whether the operator may restart nobody in a namespace
     */
    Gathering(
            WatchedCluster watched,
            UnaryOperator<String> vendorOfNode,
            Carriers carriers,
            Intent intent,
            Predicate<InstanceSnapshot> asked,
            Predicate<String> forbidden,
            Instant now) {
        this.watched = watched;
        this.vendorOfNode = vendorOfNode;
        this.carriers = carriers;
        this.intent = intent;
        this.asked = asked;
        this.forbidden = forbidden;
        this.now = now;
    }

    /** All of them, and those that were chosen though they don't carry the baseline at this moment. */
    Collection<Candidate> all(Collection<Attempt> chosen) {
        Map<ObjectName, Candidate> all = new HashMap<>();
        carriers.names().forEach(name -> of(name).ifPresent(candidate -> all.put(name, candidate)));
        for (Attempt attempt : chosen) {
            ObjectName name = new ObjectName(attempt.namespace(), attempt.name());
            if (!all.containsKey(name)) {
                of(name).ifPresent(candidate -> all.put(name, candidate));
            }
        }
        return all.values();
    }

    /** The one of that name; nothing if it isn't the campaign's. */
    Optional<Candidate> of(ObjectName name) {
        Optional<NamespaceView> namespace = watched.namespaces()
                .get("", name.namespace())
                .filter(view -> intent.namespaces().matches(view.labels()));
        Optional<VirtualMachineSnapshot> vm = watched.virtualMachines()
                .get(name.namespace(), name.name())
                .filter(view -> intent.selector().matches(view.templateLabels()));
        return namespace.flatMap(in -> vm.map(view -> candidate(view, in)));
    }

    private Candidate candidate(VirtualMachineSnapshot vm, NamespaceView namespace) {
        InstanceSnapshot instance = watched.instances()
                .get(vm.namespace(), vm.name())
                .filter(view -> view.virtualMachine().equals(vm.name()))
                .orElse(null);
        GuestKind next = new GuestKind(true, "", vm.shape());
        Places places = instance != null && instance.live() && !instance.carries(carriers.target())
                ? new Places(starts(next), moves(instance))
                : new Places(1, true);
        Circumstances around = new Circumstances(
                carriers.names().contains(new ObjectName(vm.namespace(), vm.name())),
                instance != null && asked.test(instance),
                forbidden.test(vm.namespace()),
                namespace.restart(),
                places,
                () -> lacking.computeIfAbsent(next, this::lackingFor));
        return Candidate.of(vm, instance, carriers.target(), around, intent.rules(), now);
    }

    /** On how many nodes those of this kind can start with what is pinned. */
    private int starts(GuestKind kind) {
        return starts.computeIfAbsent(
                kind, next -> carriers.targets().of(cpu(next), demand(next)).nodes());
    }

    /** Whether the guest that runs has another node to go to; it keeps the CPU that it was started with. */
    private boolean moves(InstanceSnapshot instance) {
        GuestKind running = new GuestKind(false, instance.model(), instance.shape());
        Map<String, Integer> nodes = moves.computeIfAbsent(running, kind -> {
            SortedMap<String, Integer> byVendor = new TreeMap<>();
            carriers.targets()
                    .byVendor(cpu(kind), demand(kind))
                    .forEach((vendor, count) -> byVendor.put(vendor, count.nodes()));
            return byVendor;
        });
        String vendor = vendorOfNode.apply(instance.nodeName());
        return vendor.isEmpty()
                ? nodes.values().stream().anyMatch(count -> count > 1)
                : nodes.getOrDefault(vendor, 0) > 1;
    }

    private Criteria.Pin cpu(GuestKind kind) {
        return kind.cpu(carriers.pin().criteria(), carriers.rules());
    }

    private NodeDemand demand(GuestKind kind) {
        return kind.asks(carriers.pin().criteria(), carriers.rules()).stream()
                .map(Ask::demand)
                .reduce(NodeDemand.none(), NodeDemand::and);
    }

    /** What those of this kind ask for that no node has; what no node has together, where each part is somewhere; empty if some node has all. */
    private String lackingFor(GuestKind kind) {
        Targets targets = carriers.targets();
        if (targets.of(cpu(kind), demand(kind)).nodes() > 0) {
            return "";
        }
        Criteria.Pin pin = carriers.pin().criteria();
        List<String> nowhere = new ArrayList<>();
        if (targets.of(Criteria.Pin.ofModel(pin.cpuModel()), NodeDemand.none()).nodes() == 0) {
            nowhere.add("cpu-model.node.kubevirt.io/" + pin.cpuModel());
        }
        pin.requiredFeatures().names().stream()
                .filter(feature -> targets.of(new Criteria.Pin("", FeatureSet.of(feature), ""), NodeDemand.none())
                                .nodes()
                        == 0)
                .forEach(feature -> nowhere.add("cpu-feature.node.kubevirt.io/" + feature));
        kind.asks(pin, carriers.rules()).stream()
                .filter(ask ->
                        targets.of(Criteria.Pin.ofModel(""), ask.demand()).nodes() == 0)
                .map(Ask::words)
                .filter(words -> !words.isEmpty())
                .forEach(nowhere::add);
        return nowhere.isEmpty()
                ? "all labels together that it selects nodes by with "
                        + carriers.pin().revision()
                : nowhere.stream().collect(Collectors.joining(", "));
    }
}
