package io.cpubaseline.virtualmachine;

import io.cpubaseline.virtualmachine.VirtualMachineSnapshot.Feature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * A VirtualMachine with the rules of {@code metadata.managedFields}, as far as they decide who owns a baseline's fields: an apply owns what it
 * has, equal values are owned together, what an apply leaves out is given up, and goes if nobody else owns it; an update owns what it
 * changes, and nobody else does from then on. The list of features is one field.
 */
final class SimulatedMachine {

    static final String MODEL = "model";
    static final String FEATURES = "features";
    static final String BASELINE = OwnedFields.BASELINE_LABEL;
    static final String REVISION = OwnedFields.REVISION_LABEL;

    /** By the field's name: a text, a list of features for {@link #FEATURES}, or the value of a vendor's key. */
    private final Map<String, Object> values = new TreeMap<>();

    private final Map<String, Set<String>> owners = new TreeMap<>();
    private boolean optedOut;
    private boolean confidential;

    /** An apply that is not forced; false if it would change what another manager owns. */
    boolean apply(String manager, Map<String, Object> fields) {
        boolean conflict = fields.entrySet().stream()
                .anyMatch(field -> !field.getValue().equals(values.get(field.getKey()))
                        && ownersOf(field.getKey()).stream().anyMatch(owner -> !owner.equals(manager)));
        if (conflict) {
            return false;
        }
        fields.forEach((field, value) -> {
            values.put(field, value);
            owners.computeIfAbsent(field, f -> new HashSet<>()).add(manager);
        });
        for (String field : List.copyOf(owners.keySet())) {
            Set<String> held = Objects.requireNonNull(owners.get(field));
            if (!fields.containsKey(field) && held.remove(manager) && held.isEmpty()) {
                owners.remove(field);
                values.remove(field);
            }
        }
        return true;
    }

    /** A forced apply, as GitOps tools do: others lose what differs. */
    void forceApply(String manager, Map<String, Object> fields) {
        fields.forEach((field, value) -> {
            if (!value.equals(values.get(field))) {
                owners.remove(field);
            }
        });
        apply(manager, fields);
    }

    /** A patch or an update of one field; null takes it away. */
    void update(String manager, String field, Object value) {
        if (value.equals(values.get(field))) {
            return;
        }
        values.put(field, value);
        owners.put(field, new HashSet<>(Set.of(manager)));
    }

    void remove(String field) {
        values.remove(field);
        owners.remove(field);
    }

    /** An update that writes the whole object, as it is here or as it was. */
    void replace(String manager, Map<String, Object> whole) {
        for (String field : List.copyOf(values.keySet())) {
            if (!whole.containsKey(field)) {
                remove(field);
            }
        }
        whole.forEach((field, value) -> update(manager, field, value));
    }

    /** A backup tool that doesn't bring the managed fields back, or an admission policy: nobody is recorded. */
    void forgetOwners() {
        owners.clear();
    }

    void optOut(boolean out) {
        optedOut = out;
    }

    void confidential(boolean secret) {
        confidential = secret;
    }

    Map<String, Object> copy() {
        return new LinkedHashMap<>(values);
    }

    Set<String> ownersOf(String field) {
        return owners.getOrDefault(field, Set.of());
    }

    @SuppressWarnings("unchecked")
    List<Feature> features() {
        return (List<Feature>) values.getOrDefault(FEATURES, List.of());
    }

    String text(String field) {
        return (String) values.getOrDefault(field, "");
    }

    static Map<String, Object> fields(OwnedFields fields) {
        Map<String, Object> named = new TreeMap<>();
        named.put(MODEL, fields.cpuModel());
        named.put(BASELINE, fields.baseline());
        named.put(REVISION, fields.revision());
        named.values().removeIf(""::equals);
        if (!fields.features().isEmpty()) {
            named.put(FEATURES, fields.features());
        }
        if (!fields.vendor().isEmpty()) {
            named.put(OwnedFields.VENDOR_KEY + fields.vendor(), "true");
        }
        return named;
    }

    VirtualMachineSnapshot snapshot() {
        VirtualMachineBuilder vm = VirtualMachineBuilder.vm().model(text(MODEL), named(MODEL));
        if (!features().isEmpty()) {
            vm.features(features(), named(FEATURES));
        }
        vm.baselineLabel(text(BASELINE), named(BASELINE)).revisionLabel(text(REVISION), named(REVISION));
        for (String field : values.keySet()) {
            if (field.startsWith(OwnedFields.VENDOR_KEY)) {
                vm.vendor(field.substring(OwnedFields.VENDOR_KEY.length()), text(field), named(field));
            }
        }
        if (optedOut) {
            vm.optedOut();
        }
        if (confidential) {
            vm.confidential();
        }
        return vm.build();
    }

    private String[] named(String field) {
        return ownersOf(field).toArray(String[]::new);
    }

    @Override
    public String toString() {
        List<String> text = new ArrayList<>();
        values.forEach((field, value) -> text.add("%s=%s by %s".formatted(field, value, ownersOf(field))));
        return text + (optedOut ? " opted out" : "") + (confidential ? " confidential" : "");
    }
}
