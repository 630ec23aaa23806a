package io.cpubaseline.operator.cluster;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.eachItem;
import static io.cpubaseline.operator.watch.JsonFields.shared;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.NodeSelection.Requirement;
import io.cpubaseline.fleet.NodeSelection.Subject;
import io.cpubaseline.fleet.NodeSelection.Term;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.fleet.Toleration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what a virtual machine's owner asks of nodes, from the {@code spec} of a template or of an instance. KubeVirt copies it into the pod. */
final class PlacementDraft {

    private final Map<String, String> labels = new HashMap<>();
    private final List<Term> terms = new ArrayList<>();
    private final List<Toleration> tolerations = new ArrayList<>();

    /** A field of the {@code spec}, but for its {@code nodeSelector}. */
    void field(String field, JsonParser value) throws IOException {
        switch (field) {
            case "affinity" ->
                each(value, (kind, affinity) -> {
                    if (kind.equals("nodeAffinity")) {
                        each(affinity, this::nodeAffinity);
                    }
                });
            case "tolerations" -> eachItem(value, this::toleration);
            default -> {}
        }
    }

    /** An entry of {@code nodeSelector}. */
    void nodeSelector(String key, JsonParser value) throws IOException {
        labels.put(key.intern(), shared(value));
    }

    /** A field of {@code affinity.nodeAffinity}. */
    void nodeAffinity(String strength, JsonParser value) throws IOException {
        if (strength.equals("requiredDuringSchedulingIgnoredDuringExecution")) {
            each(value, (field, list) -> {
                if (field.equals("nodeSelectorTerms")) {
                    eachItem(list, this::term);
                }
            });
        }
    }

    private void term(JsonParser term) throws IOException {
        List<Requirement> requirements = new ArrayList<>();
        each(term, (field, list) -> {
            switch (field) {
                case "matchExpressions" -> eachItem(list, item -> requirements.add(requirement(false, item)));
                case "matchFields" -> eachItem(list, item -> requirements.add(requirement(true, item)));
                default -> {}
            }
        });
        terms.add(new Term(requirements));
    }

    private static Requirement requirement(boolean ofField, JsonParser item) throws IOException {
        String[] keyAndOperator = {"", ""};
        List<String> values = new ArrayList<>();
        each(item, (field, value) -> {
            switch (field) {
                case "key" -> keyAndOperator[0] = shared(value);
                case "operator" -> keyAndOperator[1] = shared(value);
                case "values" -> eachItem(value, one -> values.add(shared(one)));
                default -> {}
            }
        });
        return new Requirement(new Subject(ofField, keyAndOperator[0]), keyAndOperator[1], values);
    }

    private void toleration(JsonParser item) throws IOException {
        String[] parts = {"", "", "", ""};
        each(item, (field, value) -> {
            switch (field) {
                case "key" -> parts[0] = shared(value);
                case "operator" -> parts[1] = shared(value);
                case "value" -> parts[2] = shared(value);
                case "effect" -> parts[3] = shared(value);
                default -> {}
            }
        });
        tolerations.add(new Toleration(parts[0], parts[1], parts[2], parts[3]));
    }

    /** What was read. */
    Placement finished() {
        return labels.isEmpty() && terms.isEmpty() && tolerations.isEmpty()
                ? Placement.anywhere()
                : new Placement(new NodeSelection(labels, terms), tolerations);
    }
}
