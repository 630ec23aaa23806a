package io.cpubaseline.virtualmachine;

import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that one field manager owns, or is to own, in a VirtualMachine: the content of one server-side apply. What isn't in it is given up.
 *
 * @param cpuModel {@code spec.template.spec.domain.cpu.model}; empty: not owned
 * @param features {@code …cpu.features}, one list that is owned as a whole; empty: not owned
 * @param vendor the CPU vendor whose key {@code cpu-vendor.node.kubevirt.io/<vendor>} of {@code spec.template.spec.nodeSelector} is owned, with
 *     the value {@code true}; empty: none
 * @param baseline the value of the label {@code cpubaseline.io/baseline}; empty: not owned
 * @param revision the value of the label {@code cpubaseline.io/revision}; empty: not owned
 */
public record OwnedFields(String cpuModel, List<Feature> features, String vendor, String baseline, String revision) {

    /** The label of a VirtualMachine that names its baseline. */
    public static final String BASELINE_LABEL = "cpubaseline.io/baseline";

    /** The label of a VirtualMachine that names the revision that is written in it. */
    public static final String REVISION_LABEL = "cpubaseline.io/revision";

    /** What KubeVirt's label of a node's CPU vendor begins with; the rest is the vendor, as in {@code Intel}, and the value {@code true}. */
    public static final String VENDOR_KEY = "cpu-vendor.node.kubevirt.io/";

    /** Nothing at all: everything is given up. */
    public static final OwnedFields NONE = new OwnedFields("", List.of(), "", "", "");

    /** Makes the list immutable. */
    public OwnedFields {
        features = List.copyOf(features);
    }

    /** What of it is in the VirtualMachine's {@code spec}, by KubeVirt's names of the fields; empty if nothing is owned there. */
    public Map<String, Object> spec() {
        Map<String, Object> cpu = new LinkedHashMap<>();
        if (!cpuModel.isEmpty()) {
            cpu.put("model", cpuModel);
        }
        if (!features.isEmpty()) {
            cpu.put("features", features.stream().map(OwnedFields::entry).toList());
        }
        Map<String, Object> template = new LinkedHashMap<>();
        if (!vendor.isEmpty()) {
            template.put("nodeSelector", Map.of(VENDOR_KEY + vendor, "true"));
        }
        if (!cpu.isEmpty()) {
            template.put("domain", Map.of("cpu", cpu));
        }
        return template.isEmpty() ? Map.of() : Map.of("template", Map.of("spec", template));
    }

    private static Map<String, String> entry(Feature feature) {
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("name", feature.name());
        entry.put("policy", feature.policy());
        return entry;
    }

    /** The model alone. */
    static OwnedFields ofModel(String cpuModel) {
        return new OwnedFields(cpuModel, List.of(), "", "", "");
    }

    /** The same without the features. */
    OwnedFields withoutFeatures() {
        return features.isEmpty() ? this : new OwnedFields(cpuModel, List.of(), vendor, baseline, revision);
    }

    OwnedFields withModel(String other) {
        return other.equals(cpuModel) ? this : new OwnedFields(other, features, vendor, baseline, revision);
    }

    OwnedFields withVendor(String other) {
        return other.equals(vendor) ? this : new OwnedFields(cpuModel, features, other, baseline, revision);
    }

    OwnedFields withLabels(String otherBaseline, String otherRevision) {
        return otherBaseline.equals(baseline) && otherRevision.equals(revision)
                ? this
                : new OwnedFields(cpuModel, features, vendor, otherBaseline, otherRevision);
    }
}
