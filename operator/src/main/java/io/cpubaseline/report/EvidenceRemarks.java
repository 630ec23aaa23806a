package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.Contradiction;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Oddities;
import io.cpubaseline.fleet.Silicon;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;

/** What is odd about the nodes' evidence, in sentences: on which node, what exactly, and what to do. */
public final class EvidenceRemarks {

    private static final int FLAGS = 4;
    private static final int LONGEST_VALUE = 63;
    private static final String VENDOR = "cpu-vendor.node.kubevirt.io/";
    private static final String SCHEDULABLE = "kubevirt.io/schedulable";

    private EvidenceRemarks() {}

    /** One sentence for every kind of oddity; each names one node and counts the others. */
    public static List<String> of(Fleet fleet) {
        Oddities oddities = fleet.oddities();
        List<String> remarks = new ArrayList<>(contradictions(oddities.contradicted()));
        if (!oddities.severalVendors().isEmpty()) {
            remarks.add(severalVendors(oddities.severalVendors()));
        }
        if (!oddities.oddlyLabelled().isEmpty()) {
            remarks.add(oddValues(oddities.oddlyLabelled()));
        }
        if (!oddities.overlabelled().isEmpty()) {
            remarks.add(overlabelled(oddities.overlabelled()));
        }
        List<NodeCpu> oddlySchedulable =
                fleet.byReason(State.UNKNOWN).getOrDefault(Reason.NotSchedulable, List.of()).stream()
                        .filter(node -> !node.labels()
                                .getOrDefault(SCHEDULABLE, "false")
                                .equals("false"))
                        .toList();
        if (!oddlySchedulable.isEmpty()) {
            remarks.add("%s: KubeVirt asks for %s=\"true\", and there it is %s."
                    .formatted(
                            withOthers(oddlySchedulable),
                            SCHEDULABLE,
                            quoted(oddlySchedulable.get(0).labels().getOrDefault(SCHEDULABLE, ""))));
        }
        if (!oddities.leftovers().isEmpty()) {
            remarks.add(leftovers(oddities.leftovers()));
        }
        return List.copyOf(remarks);
    }

    /** The label with the value that it has on a node of this evidence, where that isn't {@code true}; else the label alone. */
    static String label(String label, CpuEvidence evidence) {
        String value = evidence.oddLabels().get(label);
        return value == null ? label : label + "=" + quoted(value);
    }

    /** Why these classes don't offer a model though they have its features: what its label says there. */
    static String notLabelled(String model, List<CpuClass> classes) {
        String label = "cpu-model.node.kubevirt.io/" + model;
        return classes.stream()
                .map(CpuClass::evidence)
                .filter(evidence -> evidence.oddLabels().containsKey(label))
                .findFirst()
                .map(evidence ->
                        "its label has another value than \"true\" there (%s)".formatted(label(label, evidence)))
                .orElse(
                        classes.stream()
                                        .anyMatch(cpuClass ->
                                                cpuClass.evidence().silicon().source() == Silicon.Source.HYPERVISOR)
                                ? "libvirt does not call it usable there though all its flags are: its libvirt or QEMU is older than the model, or defines it otherwise"
                                : "KubeVirt does not label it there though all its flags are: its libvirt is older than the model, or obsoleteCPUModels has it");
    }

    /** One sentence per kind of contradiction, in the words of its first node. */
    private static List<String> contradictions(Map<Contradiction, List<NodeCpu>> contradicted) {
        record Kind(Contradiction first, List<NodeCpu> nodes) {}
        Map<Class<?>, Kind> kinds = new LinkedHashMap<>();
        contradicted.forEach((contradiction, nodes) -> kinds.computeIfAbsent(
                        contradiction.getClass(), c -> new Kind(contradiction, new ArrayList<>()))
                .nodes()
                .addAll(nodes));
        return kinds.values().stream()
                .map(kind -> "%s: %s"
                        .formatted(
                                withOthers(kind.nodes()),
                                words(
                                        kind.first(),
                                        kind.nodes().get(0).evidence().silicon().source())))
                .toList();
    }

    private static String words(Contradiction contradiction, Silicon.Source source) {
        if (contradiction instanceof Contradiction.Emulated emulated && source == Silicon.Source.HYPERVISOR) {
            return "what it tells is what QEMU's emulator gives (%s beside %s, which no CPU has), and not KVM: ask again where /dev/kvm is, virsh domcapabilities --virttype kvm."
                    .formatted(some(emulated.old()), some(emulated.recent()));
        }
        if (contradiction instanceof Contradiction.Emulated emulated) {
            return "KubeVirt's CPU labels are of QEMU's emulator (%s beside %s, which no CPU has), left from a time without /dev/kvm: delete them and restart virt-handler there."
                    .formatted(some(emulated.old()), some(emulated.recent()));
        }
        if (contradiction instanceof Contradiction.Vendors vendors) {
            return "KubeVirt labels the vendor %s, node-feature-discovery finds %s: delete KubeVirt's CPU labels and restart virt-handler there."
                    .formatted(vendors.labelled(), vendors.hardware());
        }
        return "KubeVirt labels %s, which node-feature-discovery does not find in the CPU: restart virt-handler there, and nfd-worker if that changes nothing."
                .formatted(some(((Contradiction.Instructions) contradiction).missing()));
    }

    private static String severalVendors(List<NodeCpu> nodes) {
        NodeCpu node = nodes.get(0);
        CpuEvidence evidence = node.evidence();
        TreeSet<String> stale = new TreeSet<>(evidence.labelledVendors());
        boolean told = stale.remove(evidence.silicon().vendor());
        return "%s: labels of several vendors (%s), which KubeVirt never removes; virtual machines of each can be sent there. %s: kubectl label node %s %s%s-."
                .formatted(
                        withOthers(nodes),
                        String.join(", ", evidence.labelledVendors()),
                        told
                                ? "The CPU is of %s"
                                        .formatted(evidence.silicon().vendor())
                                : "Delete that of the vendor which is not the CPU's",
                        node.name(),
                        VENDOR,
                        told ? stale.first() : "VENDOR");
    }

    private static String oddValues(List<NodeCpu> nodes) {
        SortedMap<String, String> odd = nodes.get(0).evidence().oddLabels();
        String label = odd.firstKey();
        return "%s: CPU labels with another value than \"true\" prove nothing, and virtual machines that ask for them do not land there: %s%s."
                .formatted(
                        withOthers(nodes),
                        label(label, nodes.get(0).evidence()),
                        odd.size() > 1 ? " and %d more".formatted(odd.size() - 1) : "");
    }

    private static String overlabelled(List<NodeCpu> nodes) {
        return "%s: %d more CPU labels by names that no CPU feature, model or vendor has; they are not looked at. Find out who writes them: kubectl get node %s --show-managed-fields -o yaml."
                .formatted(
                        withOthers(nodes),
                        nodes.get(0).evidence().leftOut(),
                        nodes.get(0).name());
    }

    private static String leftovers(List<NodeCpu> nodes) {
        String name = nodes.get(0).leftovers().get(0);
        int slash = name.indexOf('/');
        return "%s: the NodeFeature %s of another nfd-worker does not count; if that worker is gone, kubectl delete nodefeature %s%s."
                .formatted(
                        withOthers(nodes),
                        name,
                        slash < 0 ? "" : "-n %s ".formatted(name.substring(0, slash)),
                        name.substring(slash + 1));
    }

    private static String withOthers(List<NodeCpu> nodes) {
        return nodes.get(0).name() + (nodes.size() > 1 ? " and %d more".formatted(nodes.size() - 1) : "");
    }

    private static String some(FeatureSet features) {
        List<String> names = features.names();
        int named = Math.min(FLAGS, names.size());
        String text = String.join(" ", names.subList(0, named));
        return names.size() > named ? "%s and %d more".formatted(text, names.size() - named) : text;
    }

    private static String quoted(String value) {
        return "\"%s\"".formatted(value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…");
    }
}
