package io.cpubaseline.evidence;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.Taint;
import io.cpubaseline.fleet.Truth;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one pass over a Node finds of it as a place for guests, beside its CPU. */
final class HostDraft {

    /** Set by virt-controller, one for each frequency that some guest was started with (pkg/virt-controller/watch/topology). */
    private static final String TSC_SCHEDULABLE = "scheduling.node.kubevirt.io/tsc-frequency-";

    private static final String TSC_FREQUENCY = "cpu-timer.node.kubevirt.io/tsc-frequency";
    private static final String TSC_SCALABLE = "cpu-timer.node.kubevirt.io/tsc-scalable";

    /** Further labels that KubeVirt selects nodes by (kubevirt.io/api/core/v1). */
    private static final Set<String> SELECTABLE = Set.of(
            "kubevirt.io/sev",
            "kubevirt.io/sev-es",
            "kubevirt.io/sev-snp",
            "kubevirt.io/tdx",
            "kubevirt.io/realtime",
            "kubevirt.io/cpumanager");

    private static final String KVM = "devices.kubevirt.io/kvm";

    /** Every pod tolerates these with the effect {@code NoExecute} for some minutes (admission plugin DefaultTolerationSeconds). */
    private static final Set<String> TOLERATED_BY_ALL =
            Set.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    private static final Comparator<Taint> ORDER =
            Comparator.comparing(Taint::key).thenComparing(Taint::effect).thenComparing(Taint::value);

    private final Values values;
    private final boolean readsDevices;
    private final Map<String, Long> devices = new HashMap<>();
    private Set<String> ofCpuLabels = Set.of();
    private final Set<String> selectable = new HashSet<>();
    private long tscFrequency;
    private boolean tscScalable;
    private NodeCapacity capacity = NodeCapacity.none();
    private Truth kvm = Truth.UNKNOWN;
    private final Set<Taint> taints = new TreeSet<>(ORDER);

    HostDraft(Values values, boolean readsDevices) {
        this.values = values;
        this.readsDevices = readsDevices;
    }

    /** Whether the node offers KVM; unknown while it reports no resources at all. */
    Truth kvm() {
        return kvm;
    }

    NodeHost finished() {
        NodePlatform platform = NodePlatform.unknown();
        if (!ofCpuLabels.isEmpty() || !selectable.isEmpty() || tscFrequency > 0) {
            selectable.addAll(ofCpuLabels);
            platform = new NodePlatform(selectable, tscFrequency, tscScalable);
        }
        return new NodeHost(platform, capacity, List.copyOf(taints), devices);
    }

    /** Those of the labels about the CPU that KubeVirt selects nodes by beside it. */
    void cpuLabels(Set<String> keys) {
        ofCpuLabels = keys;
    }

    /** A label that is not about the CPU. */
    void label(String key, String value) {
        switch (key) {
            case TSC_FREQUENCY -> tscFrequency = hertz(value);
            case NodePlatform.OBSOLETE_HOST_MODEL -> selectable.add(key);
            // KubeVirt writes both, with the same value; which one it selects by depends on its version.
            case "cpumanager" -> {
                if (value.equals("true")) {
                    selectable.add("kubevirt.io/cpumanager");
                }
            }
            case TSC_SCALABLE -> tscScalable = value.equals("true");
            default -> {
                if (value.equals("true") && (SELECTABLE.contains(key) || key.startsWith(TSC_SCHEDULABLE))) {
                    selectable.add(key);
                }
            }
        }
    }

    void unschedulable(JsonParser value) throws IOException {
        if (values.isTrue(value, "spec.unschedulable")) {
            taints.add(Taint.CORDON);
        }
    }

    void taints(JsonParser p) throws IOException {
        if (!values.isList(p, "spec.taints")) {
            return;
        }
        for (JsonToken token = p.nextToken(); token != null && token != JsonToken.END_ARRAY; token = p.nextToken()) {
            if (values.isObject(p, "spec.taints[]")) {
                taint(p);
            }
        }
    }

    private void taint(JsonParser p) throws IOException {
        String key = "";
        String value = "";
        String effect = "";
        for (String field = p.nextFieldName(); field != null; field = p.nextFieldName()) {
            p.nextToken();
            switch (field) {
                case "key" -> key = orEmpty(values.text(p, "spec.taints[].key"));
                case "value" -> value = orEmpty(values.text(p, "spec.taints[].value"));
                case "effect" -> effect = orEmpty(values.text(p, "spec.taints[].effect"));
                default -> p.skipChildren();
            }
        }
        if (effect.equals("NoSchedule") || effect.equals("NoExecute") && !TOLERATED_BY_ALL.contains(key)) {
            taints.add(new Taint(key.intern(), value.intern(), effect.intern()));
        }
    }

    void allocatable(JsonParser p) throws IOException {
        if (!values.isObject(p, "status.allocatable")) {
            return;
        }
        long milliCores = 0;
        long memory = 0;
        for (String resource = p.nextFieldName(); resource != null; resource = p.nextFieldName()) {
            p.nextToken();
            switch (resource) {
                case "cpu" ->
                    milliCores = Quantity.thousandths(quantity(p, resource)).orElse(0);
                case "memory" -> memory = Quantity.units(quantity(p, resource)).orElse(0);
                case KVM -> kvm = offered(quantity(p, resource));
                default -> {
                    if (readsDevices) {
                        long offered = Quantity.units(quantity(p, resource)).orElse(0);
                        devices.put(resource.intern(), offered);
                    } else {
                        p.skipChildren();
                    }
                }
            }
            if (!resource.equals(KVM) && kvm == Truth.UNKNOWN) {
                // A kubelet that lists other resources lists this one too, if its device plugin is there.
                kvm = Truth.NO;
            }
        }
        capacity = new NodeCapacity(milliCores, memory);
    }

    private String quantity(JsonParser p, String resource) throws IOException {
        return orEmpty(values.quantity(p, "status.allocatable[" + resource + "]"));
    }

    private static Truth offered(String quantity) {
        OptionalLong thousandths = Quantity.thousandths(quantity);
        return thousandths.isEmpty() ? Truth.UNKNOWN : Truth.of(thousandths.getAsLong() > 0);
    }

    /** KubeVirt takes a frequency that is no number, or not above zero, for none (pkg/virt-controller/watch/topology/tsc.go). */
    private static long hertz(String text) {
        try {
            return Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
