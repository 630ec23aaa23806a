package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.present;
import static io.cpubaseline.operator.watch.JsonFields.shared;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.operator.watch.JsonFields;
import io.cpubaseline.operator.watch.Shared;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads what a guest asks of nodes beside its CPU model, from the {@code spec} of a template or of an instance. */
final class ShapeDraft {

    /** Hyper-V features that have labels on nodes. */
    private static final Set<String> LABELLED = Set.of(
            "vpindex", "runtime", "reset", "synic", "synictimer", "frequencies", "reenlightenment", "tlbflush", "ipi");

    /** What KubeVirt switches on for others, the leaves first (pkg/defaults/hyperv.go in KubeVirt 1.8.4). */
    private static final List<Map.Entry<String, String>> NEEDED_FOR = List.of(
            Map.entry("ipi", "vpindex"),
            Map.entry("tlbflush", "vpindex"),
            Map.entry("synictimer", "synic"),
            Map.entry("synic", "vpindex"));

    /** The policies for which KubeVirt takes {@code invtsc} seriously (pkg/virt-controller/watch/topology/tsc.go). */
    private static final Set<String> ASKING_FOR_INVTSC = Set.of("require", "force");

    private static final Shared<GuestShape> SHAPES = new Shared<>(256);

    private String machineType = "";
    private final Set<String> hyperv = new TreeSet<>();
    private boolean evmcs;
    private final Set<String> labels = new TreeSet<>();
    private String runningMachineType = "";
    private long tscFrequency;
    private final PlacementDraft placement = new PlacementDraft();

    /** A field of the {@code spec} beside {@code domain} and {@code nodeSelector}. */
    void spec(String field, JsonParser value) throws IOException {
        placement.field(field, value);
    }

    /** An entry of {@code nodeSelector}. */
    void nodeSelector(String key, JsonParser value) throws IOException {
        placement.nodeSelector(key, value);
    }

    /** A field of {@code domain}. */
    void domain(String field, JsonParser value) throws IOException {
        switch (field) {
            case "machine" ->
                each(value, (name, type) -> {
                    if (name.equals("type")) {
                        machineType = shared(type);
                    }
                });
            case "features" ->
                each(value, (name, feature) -> {
                    if (name.equals("hyperv")) {
                        each(feature, this::hyperv);
                    }
                });
            case "launchSecurity" -> each(value, this::launchSecurity);
            default -> {}
        }
    }

    /** A field of {@code domain.cpu}. */
    void cpu(String field, JsonParser value) {
        switch (field) {
            case "realtime" -> label("kubevirt.io/realtime", present(value));
            case "dedicatedCpuPlacement" ->
                label("kubevirt.io/cpumanager", value.currentToken() == JsonToken.VALUE_TRUE);
            default -> {}
        }
    }

    /** A field of an instance's {@code status}: what it really got. */
    void status(String field, JsonParser value) throws IOException {
        switch (field) {
            case "machine" ->
                each(value, (name, type) -> {
                    if (name.equals("type")) {
                        runningMachineType = shared(type);
                    }
                });
            case "topologyHints" ->
                each(value, (name, hertz) -> {
                    if (name.equals("tscFrequency")) {
                        tscFrequency = Math.max(0, JsonFields.number(hertz));
                    }
                });
            default -> {}
        }
    }

    private void hyperv(String enlightenment, JsonParser state) throws IOException {
        if (!present(state) || !enabled(state)) {
            return;
        }
        if (enlightenment.equals("evmcs")) {
            evmcs = true;
        } else if (LABELLED.contains(enlightenment)) {
            hyperv.add(enlightenment.intern());
        }
    }

    /** KubeVirt's FeatureState: switched on unless {@code enabled: false}. */
    private static boolean enabled(JsonParser state) throws IOException {
        boolean[] enabled = {true};
        each(state, (field, value) -> {
            if (field.equals("enabled") && value.currentToken() == JsonToken.VALUE_FALSE) {
                enabled[0] = false;
            }
        });
        return enabled[0];
    }

    /** SEV-SNP guests need SEV's label, too (pkg/util/amd64.go). */
    private void launchSecurity(String kind, JsonParser value) throws IOException {
        switch (kind) {
            case "sev" -> {
                label("kubevirt.io/sev", present(value));
                each(value, (field, policy) -> {
                    if (field.equals("policy")) {
                        each(
                                policy,
                                (name, state) -> label(
                                        "kubevirt.io/sev-es",
                                        name.equals("encryptedState") && state.currentToken() == JsonToken.VALUE_TRUE));
                    }
                });
            }
            case "snp" -> {
                label("kubevirt.io/sev", present(value));
                label("kubevirt.io/sev-snp", present(value));
            }
            case "tdx" -> label("kubevirt.io/tdx", present(value));
            default -> {}
        }
    }

    private void label(String key, boolean asked) {
        if (asked) {
            labels.add(key);
        }
    }

    /**
     * What was read.
     *
     * @param features {@code domain.cpu.features}
     */
    GuestShape finished(List<Feature> features) {
        NEEDED_FOR.forEach(need -> {
            if (hyperv.contains(need.getKey())) {
                hyperv.add(need.getValue());
            }
        });
        boolean invtsc = features.stream()
                .anyMatch(feature -> feature.name().equals("invtsc") && ASKING_FOR_INVTSC.contains(feature.policy()));
        Stream<String> required = features.stream()
                .filter(feature ->
                        feature.policy().isEmpty() || feature.policy().equals("require"))
                .map(Feature::name);
        return SHAPES.shared(new GuestShape(
                runningMachineType.isEmpty() ? machineType : runningMachineType,
                hyperv,
                evmcs,
                invtsc || hyperv.contains("reenlightenment"),
                tscFrequency,
                labels,
                Stream.concat(required, evmcs ? Stream.of("vmx") : Stream.empty())
                        .distinct()
                        .sorted()
                        .toList(),
                features.stream()
                        .filter(feature -> feature.policy().equals("forbid"))
                        .map(Feature::name)
                        .distinct()
                        .sorted()
                        .toList(),
                placement.finished()));
    }
}
