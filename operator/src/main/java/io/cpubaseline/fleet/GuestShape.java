package io.cpubaseline.fleet;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a guest asks for, beside its CPU model, that KubeVirt selects nodes by. A cluster has few distinct ones, and equal ones are one object.
 * Facts are of KubeVirt 1.8.4: pkg/virt-controller/services/nodeselectorrenderer.go and template.go.
 *
 * @param machineType {@code domain.machine.type}; for a running guest {@code status.machine.type}, which is never an alias; empty if unset
 * @param hyperv Hyper-V features that are on and that KubeVirt has labels for, those included that it switches on for others
 * @param evmcs whether Hyper-V's {@code evmcs} is on: KubeVirt then requires {@code vmx}, which is among the features
 * @param fixedTsc whether it needs one frequency of the time-stamp counter for life: {@code invtsc}, or Hyper-V's {@code reenlightenment}
 * @param tscFrequency the frequency in Hz that it was started with; 0 for none, or where it doesn't run
 * @param labels keys of further labels that KubeVirt asks for: confidential computing, realtime, dedicated CPUs
 * @param features CPU features that it requires, sorted; those that a baseline has written into it, too
 * @param forbidden CPU features that it forbids, sorted
 * @param placement what its owner asks of nodes
 */
public record GuestShape(
        String machineType,
        Set<String> hyperv,
        boolean evmcs,
        boolean fixedTsc,
        long tscFrequency,
        Set<String> labels,
        List<String> features,
        List<String> forbidden,
        Placement placement) {

    private static final GuestShape PLAIN =
            new GuestShape("", Set.of(), false, false, 0, Set.of(), List.of(), List.of(), Placement.anywhere());

    private static final String INTEL = "Intel";
    private static final String MACHINE_TYPE = "machine-type.node.kubevirt.io/";
    private static final String VENDOR = "cpu-vendor.node.kubevirt.io/";
    private static final String HYPERV = "hyperv.node.kubevirt.io/";
    private static final String TSC_SCHEDULABLE = "scheduling.node.kubevirt.io/tsc-frequency-";

    private static final Map<String, String> WORDS = Map.of(
            "kubevirt.io/sev", "SEV",
            "kubevirt.io/sev-es", "SEV-ES",
            "kubevirt.io/sev-snp", "SEV-SNP",
            "kubevirt.io/tdx", "TDX",
            "kubevirt.io/realtime", "realtime",
            "kubevirt.io/cpumanager", "dedicated CPUs");

    private static final int FEATURES_NAMED = 3;

    /**
     * One thing that it asks for.
     *
     * @param words what, as people say it; empty for what goes without saying
     * @param demand the same, of a node
     */
    public record Ask(String words, NodeDemand demand) {}

    /** Makes the collections immutable. */
    public GuestShape {
        hyperv = Set.copyOf(hyperv);
        labels = Set.copyOf(labels);
        features = List.copyOf(features);
        forbidden = List.copyOf(forbidden);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof GuestShape that
                        && machineType.equals(that.machineType)
                        && hyperv.equals(that.hyperv)
                        && evmcs == that.evmcs
                        && fixedTsc == that.fixedTsc
                        && tscFrequency == that.tscFrequency
                        && labels.equals(that.labels)
                        && features.equals(that.features)
                        && forbidden.equals(that.forbidden)
                        && placement.equals(that.placement);
    }

    /** Of what mostly tells them apart: it is asked for once per virtual machine. */
    @Override
    public int hashCode() {
        return ((machineType.hashCode() * 31 + Long.hashCode(tscFrequency)) * 31 + features.size()) * 31
                + hyperv.size() * 8
                + labels.size() * 2
                + (evmcs ? 1 : 0)
                + placement.hashCode();
    }

    /** Asks for nothing. */
    public static GuestShape plain() {
        return PLAIN;
    }

    /**
     * All that it asks for, in the order in which people look for a reason.
     *
     * @param rules what the cluster has to do with it
     * @param given what is the baseline's, and so not this guest's own wish; that of no baseline for guests without one
     */
    public List<Ask> asks(SchedulingRules rules, Criteria.Pin given) {
        List<Ask> asks = new ArrayList<>();
        String type = machineType.isEmpty() ? rules.machineType() : machineType;
        asks.add(new Ask(
                "machine type " + type,
                rules.machineTypeSelected() ? NodeDemand.labels(List.of(MACHINE_TYPE + type)) : NodeDemand.none()));
        long frequency = fixedTscFrequency(rules);
        if (frequency > 0) {
            asks.add(new Ask(
                    "a fixed TSC frequency of " + gigahertz(frequency),
                    NodeDemand.labels(List.of(TSC_SCHEDULABLE + frequency))));
        }
        labels.stream()
                .sorted()
                .map(key -> new Ask(WORDS.getOrDefault(key, key), NodeDemand.labels(List.of(key))))
                .forEach(asks::add);
        if (rules.hypervStrictCheck()) {
            if (!hyperv.isEmpty()) {
                asks.add(new Ask(
                        "Hyper-V's " + named(hyperv.stream().sorted().toList()),
                        NodeDemand.labels(hyperv.stream().map(HYPERV::concat).toList())));
            }
            if (evmcs) {
                asks.add(new Ask("an Intel CPU for Hyper-V's evmcs", NodeDemand.vendor(INTEL)));
            }
        }
        List<String> own = features.stream()
                .filter(feature -> !given.requiredFeatures().contains(feature))
                .toList();
        if (!own.isEmpty()) {
            asks.add(new Ask(
                    (own.size() == 1 ? "the CPU feature " : "the CPU features ") + named(own),
                    NodeDemand.features(own)));
        }
        if (!forbidden.isEmpty()) {
            asks.add(new Ask("no CPU with " + named(forbidden), NodeDemand.without(forbidden)));
        }
        addPlacement(asks, rules, given.vendor());
        return asks;
    }

    /** KubeVirt puts its own node selector into every pod; of two with one key the guest's counts (NewNodeSelectorRenderer). */
    private void addPlacement(List<Ask> asks, SchedulingRules rules, String givenVendor) {
        NodeSelection own = placement.selection();
        List.of(
                        Map.entry(
                                "KubeVirt's node selector ",
                                rules.selection().selectorWithout(own.labels().keySet())),
                        Map.entry("the node selector ", own.selectorWithout(confinement(givenVendor))),
                        Map.entry("the node affinity ", own.affinity()))
                .forEach(selection -> {
                    if (!selection.getValue().isAny()) {
                        asks.add(new Ask(
                                selection.getKey() + selection.getValue().words(),
                                NodeDemand.selection(selection.getValue())));
                    }
                });
        asks.add(new Ask(
                placement.tolerations().isEmpty()
                        ? ""
                        : "nodes with taints that it tolerates, too: "
                                + named(placement.tolerations().stream()
                                        .map(Toleration::toString)
                                        .distinct()
                                        .sorted()
                                        .toList()),
                NodeDemand.tolerating(placement.tolerations())));
    }

    /** The key by which a baseline of one vendor confines its virtual machines. */
    private static Set<String> confinement(String vendor) {
        return vendor.isEmpty() ? Set.of() : Set.of(VENDOR + vendor);
    }

    /** Whether it needs a fixed frequency that no node tells: KubeVirt then doesn't migrate it at all. */
    public boolean lacksTscFrequency(SchedulingRules rules) {
        return fixedTsc && fixedTscFrequency(rules) == 0;
    }

    private long fixedTscFrequency(SchedulingRules rules) {
        if (!fixedTsc) {
            return 0;
        }
        return tscFrequency > 0 ? tscFrequency : rules.tscFrequency();
    }

    private static String gigahertz(long hertz) {
        return BigDecimal.valueOf(hertz)
                        .movePointLeft(9)
                        .setScale(3, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString()
                + " GHz";
    }

    private static String named(List<String> names) {
        return names.size() <= FEATURES_NAMED
                ? String.join(", ", names)
                : "%s and %d more"
                        .formatted(String.join(", ", names.subList(0, FEATURES_NAMED)), names.size() - FEATURES_NAMED);
    }
}
