package io.cpubaseline.operator.machines;

import io.cpubaseline.Selector;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the baselines that select a virtual machine without asking each of them: a baseline that demands some label is asked only about virtual
 * machines that have it. Immutable.
 */
final class SelectorIndex {

    private final Map<String, VirtualMachineIntent> intents;

    /** Baselines that demand this label, or another one of a few such. */
    private final Map<Label, List<String>> demanding = new HashMap<>();

    /** Those that demand none. */
    private final List<String> others = new ArrayList<>();

    /** A label of a namespace, or of a virtual machine's template. */
    private record Label(boolean ofNamespace, String key, String value) {}

    /** @param intents by baseline */
    SelectorIndex(Map<String, VirtualMachineIntent> intents) {
        this.intents = Map.copyOf(intents);
        Map<Label, Integer> uses = new HashMap<>();
        this.intents
                .values()
                .forEach(intent ->
                        demands(intent).forEach(labels -> labels.forEach(label -> uses.merge(label, 1, Integer::sum))));
        this.intents.forEach((baseline, intent) -> rarest(demands(intent), uses)
                .ifPresentOrElse(
                        labels -> labels.forEach(label -> demanding
                                .computeIfAbsent(label, l -> new ArrayList<>())
                                .add(baseline)),
                        () -> others.add(baseline)));
    }

    private static Optional<Set<Label>> rarest(List<Set<Label>> demands, Map<Label, Integer> uses) {
        return demands.stream()
                .min(Comparator.comparingInt(labels -> labels.stream()
                        .mapToInt(label -> uses.getOrDefault(label, 0))
                        .sum()));
    }

    /** Sets of labels, one of each of which a virtual machine must have to be selected. */
    private static List<Set<Label>> demands(VirtualMachineIntent intent) {
        List<Set<Label>> demands = new ArrayList<>();
        addDemands(demands, true, intent.namespaces());
        addDemands(demands, false, intent.selector());
        return demands;
    }

    private static void addDemands(List<Set<Label>> demands, boolean ofNamespace, Selector selector) {
        selector.matchLabels().forEach((key, value) -> demands.add(Set.of(new Label(ofNamespace, key, value))));
        for (Selector.Expression expression : selector.expressions()) {
            if (expression.operator() == Selector.Operator.In) {
                Set<Label> some = new HashSet<>();
                expression.values().forEach(value -> some.add(new Label(ofNamespace, expression.key(), value)));
                demands.add(some);
            }
        }
    }

    /** The baselines that select a virtual machine with these labels in its template, in a namespace with these. */
    Set<String> selecting(Map<String, String> namespace, Map<String, String> template) {
        Set<String> found = new HashSet<>();
        ask(others, namespace, template, found);
        namespace.forEach((key, value) -> ask(asked(true, key, value), namespace, template, found));
        template.forEach((key, value) -> ask(asked(false, key, value), namespace, template, found));
        return found;
    }

    private List<String> asked(boolean ofNamespace, String key, String value) {
        return demanding.getOrDefault(new Label(ofNamespace, key, value), List.of());
    }

    private void ask(
            List<String> baselines, Map<String, String> namespace, Map<String, String> template, Set<String> found) {
        for (String baseline : baselines) {
            VirtualMachineIntent intent = intents.get(baseline);
            if (intent != null
                    && intent.namespaces().matches(namespace)
                    && intent.selector().matches(template)) {
                found.add(baseline);
            }
        }
    }
}
