package io.cpubaseline.operator.whynot;

import io.cpubaseline.console.Lines;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.scheduling.Explanation;
import io.cpubaseline.scheduling.Obstacle;
import java.util.List;

/** An answer for people, in 80 columns: what keeps it off how many nodes, where that comes from, and the way out. */
final class AnswerText {

    private static final int NODES_NAMED = 5;
    private static final int LABELS_SHOWN = 3;

    private final Answer answer;
    private final Lines lines = new Lines();

    private AnswerText(Answer answer) {
        this.answer = answer;
    }

    static List<String> of(Answer answer) {
        return new AnswerText(answer).lines();
    }

    private List<String> lines() {
        lines.wrapped("", verdict());
        answer.remarks().forEach(remark -> lines.wrapped("! ", remark + "."));
        for (int i = 0; i < answer.explanations().size(); i++) {
            lines.blank();
            explain(i + 1, answer.explanations().get(i));
        }
        return lines.all();
    }

    private String verdict() {
        Situation situation = answer.situation();
        String who = "%s %s.".formatted(answer.subject().qualifiedName(), situation.state());
        String waits = situation.migration().isEmpty()
                ? ""
                : " Its migration %s waits for a node.".formatted(situation.migration());
        String verb = situation.migrates() ? "migrate" : "start";
        List<String> open = answer.open();
        // A node by labels is none by libvirt's refusal: beneath is what it refused.
        String it = situation.refused() && !open.isEmpty() ? "By its labels it" : "It";
        if (!answer.node().isEmpty()) {
            return "%s%s %s %s to %s on %s."
                    .formatted(who, waits, it, open.isEmpty() ? "is not able" : "is able", verb, answer.node())
                    .replace("to migrate on", "to migrate to");
        }
        int all = answer.verdict().nodes();
        String other = situation.migrates() ? "other " : "";
        if (all == 0) {
            return "%s%s There is no %snode of KubeVirt.".formatted(who, waits, other);
        }
        if (all == 1) {
            return "%s%s %s %s %s %s the only %snode of KubeVirt%s."
                    .formatted(
                            who,
                            waits,
                            it,
                            open.isEmpty() ? "can't" : "can",
                            verb,
                            preposition(situation),
                            other,
                            open.isEmpty() ? "" : ", " + open.get(0));
        }
        String nodes = "%d %snodes of KubeVirt".formatted(all, other);
        return open.isEmpty()
                ? "%s%s %s can %s %s none of the %s.".formatted(who, waits, it, verb, preposition(situation), nodes)
                : "%s%s %s can %s %s %d of the %s: %s."
                        .formatted(who, waits, it, verb, preposition(situation), open.size(), nodes, few(open));
    }

    private static String preposition(Situation situation) {
        return situation.migrates() ? "to" : "on";
    }

    private void explain(int number, Explanation explanation) {
        Obstacle obstacle = explanation.obstacle();
        String head = "%2d. ".formatted(number);
        lines.wrapped(head, explanation.what() + (answer.node().isEmpty() ? ": " + counts(obstacle) : ""));
        List<Obstacle.Lacking> lacking = obstacle.lacking();
        for (Obstacle.Lacking part : lacking.subList(0, Math.min(LABELS_SHOWN, lacking.size()))) {
            boolean telling = lacking.size() > 1 && answer.node().isEmpty();
            lines.wrapped("    asks    ", part.ask().text() + (telling ? " (not on %d)".formatted(part.nodes()) : ""));
        }
        if (lacking.size() > LABELS_SHOWN) {
            lines.wrapped("            ", "and %d more".formatted(lacking.size() - LABELS_SHOWN));
        }
        lines.wrapped("    from    ", explanation.from());
        if (!explanation.found().isEmpty()) {
            lines.wrapped("    there   ", explanation.found());
        }
        if (answer.node().isEmpty()) {
            lines.wrapped(
                    "    nodes   ",
                    few(obstacle.nodes().stream().map(NodeCpu::name).toList()));
        }
        lines.wrapped("    way out ", explanation.remedy());
    }

    private static String counts(Obstacle obstacle) {
        int nodes = obstacle.nodes().size();
        String all = "keeps it off %d %s".formatted(nodes, nodes == 1 ? "node" : "nodes");
        if (obstacle.alone() == 0) {
            return all;
        }
        return obstacle.alone() == nodes
                ? all + ", alone"
                : "%s, off %d of them alone".formatted(all, obstacle.alone());
    }

    private static String few(List<String> names) {
        return names.size() <= NODES_NAMED
                ? String.join(", ", names)
                : "%s and %d more"
                        .formatted(String.join(", ", names.subList(0, NODES_NAMED)), names.size() - NODES_NAMED);
    }
}
