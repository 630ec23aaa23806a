package io.cpubaseline.cli.whatif;

import io.cpubaseline.Selector;
import io.cpubaseline.Selector.Expression;
import io.cpubaseline.Selector.Operator;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.report.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nodes as a user names them: {@code n3,n4}, or by labels as kubectl takes them: {@code rack=a,!gpu}. */
final class NodeChoice {

    private NodeChoice() {}

    /**
     * The nodes that are meant.
     *
     * @param option of which option this is, for messages
     * @throws InputException if a name is none of a node's, or no node has the labels
     */
    static List<NodeCpu> of(String option, String text, Collection<NodeCpu> nodes) {
        List<NodeCpu> chosen = text.contains("=") || text.startsWith("!")
                ? byLabels(option, text, nodes)
                : byNames(option, text, nodes);
        if (chosen.isEmpty()) {
            throw new InputException("%s %s: no node has these labels".formatted(option, text));
        }
        return chosen;
    }

    private static List<NodeCpu> byNames(String option, String text, Collection<NodeCpu> nodes) {
        Map<String, NodeCpu> byName = new HashMap<>();
        nodes.forEach(node -> byName.put(node.name(), node));
        Set<NodeCpu> chosen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<NodeCpu> inOrder = new ArrayList<>();
        for (String name : text.split(",", -1)) {
            NodeCpu node = byName.get(name);
            if (node == null) {
                throw new InputException("%s %s: there is no node \"%s\"%s"
                        .formatted(
                                option,
                                text,
                                name,
                                Spelling.nearest(name, byName.keySet())
                                        .map("; did you mean %s?"::formatted)
                                        .orElse("; names are separated by commas, labels are written as key=value")));
            }
            if (chosen.add(node)) {
                inOrder.add(node);
            }
        }
        return inOrder;
    }

    private static List<NodeCpu> byLabels(String option, String text, Collection<NodeCpu> nodes) {
        List<Expression> expressions = new ArrayList<>();
        for (String term : text.split(",", -1)) {
            expressions.add(expression(option, text, term.trim()));
        }
        Selector selector = new Selector(Map.of(), expressions);
        return nodes.stream().filter(node -> selector.matches(node.labels())).toList();
    }

    private static Expression expression(String option, String text, String term) {
        if (term.startsWith("!") && !term.contains("=")) {
            return new Expression(term.substring(1), Operator.DoesNotExist, Set.of());
        }
        String[] parts = term.split("!=|==|=", -1);
        if (term.isEmpty() || parts.length > 2 || parts[0].isEmpty()) {
            throw new InputException(
                    "%s %s: expected names of nodes, or labels as key=value, key!=value, key or !key, separated by commas; found \"%s\""
                            .formatted(option, text, term));
        }
        if (parts.length == 1) {
            return new Expression(term, Operator.Exists, Set.of());
        }
        return new Expression(parts[0], term.contains("!=") ? Operator.NotIn : Operator.In, Set.of(parts[1]));
    }
}
