package io.cpubaseline.operator.whynot;

import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.scheduling.Explanation;
import io.cpubaseline.scheduling.Obstacle;
import java.util.ArrayList;
import java.util.List;

/** An answer for people, in 80 columns: what keeps it off how many nodes, where that comes from, and the way out. */
final class AnswerText {

    private static final int WIDTH = 80;
    private static final int NODES_NAMED = 5;
    private static final int LABELS_SHOWN = 3;

    private final Answer answer;
    private final List<String> lines = new ArrayList<>();

    private AnswerText(Answer answer) {
        this.answer = answer;
    }

    static List<String> of(Answer answer) {
        return new AnswerText(answer).lines();
    }

    private List<String> lines() {
        wrapped("", verdict());
        answer.remarks().forEach(remark -> wrapped("! ", remark + "."));
        for (int i = 0; i < answer.explanations().size(); i++) {
            lines.add("");
            explain(i + 1, answer.explanations().get(i));
        }
        return lines;
    }

    private String verdict() {
        Situation situation = answer.situation();
        String who = "%s %s.".formatted(answer.subject().qualifiedName(), situation.state());
        String waits = situation.migration().isEmpty()
                ? ""
                : " Its migration %s waits for a node.".formatted(situation.migration());
        String verb = situation.migrates() ? "migrate" : "start";
        List<String> open = answer.open();
        if (!answer.node().isEmpty()) {
            return "%s%s It %s to %s on %s."
                    .formatted(who, waits, open.isEmpty() ? "is not able" : "is able", verb, answer.node())
                    .replace("to migrate on", "to migrate to");
        }
        int all = answer.verdict().nodes();
        String other = situation.migrates() ? "other " : "";
        String nodes = "%d %s%s of KubeVirt".formatted(all, other, all == 1 ? "node" : "nodes");
        return open.isEmpty()
                ? "%s%s It can %s %s none of the %s.".formatted(who, waits, verb, preposition(situation), nodes)
                : "%s%s It can %s %s %d of the %s: %s."
                        .formatted(who, waits, verb, preposition(situation), open.size(), nodes, few(open));
    }

    private static String preposition(Situation situation) {
        return situation.migrates() ? "to" : "on";
    }

    private void explain(int number, Explanation explanation) {
        Obstacle obstacle = explanation.obstacle();
        String head = "%2d. ".formatted(number);
        wrapped(head, explanation.what() + (answer.node().isEmpty() ? ": " + counts(obstacle) : ""));
        List<Obstacle.Lacking> lacking = obstacle.lacking();
        for (Obstacle.Lacking part : lacking.subList(0, Math.min(LABELS_SHOWN, lacking.size()))) {
            boolean telling = lacking.size() > 1 && answer.node().isEmpty();
            wrapped("    asks    ", part.ask().text() + (telling ? " (not on %d)".formatted(part.nodes()) : ""));
        }
        if (lacking.size() > LABELS_SHOWN) {
            lines.add("            and %d more".formatted(lacking.size() - LABELS_SHOWN));
        }
        wrapped("    from    ", explanation.from());
        if (!explanation.found().isEmpty()) {
            wrapped("    there   ", explanation.found());
        }
        if (answer.node().isEmpty()) {
            wrapped(
                    "    nodes   ",
                    few(obstacle.nodes().stream().map(NodeCpu::name).toList()));
        }
        wrapped("    way out ", explanation.remedy());
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

    /** Breaks between words; a word that is longer than a line stays whole, so that it can be copied. */
    private void wrapped(String head, String text) {
        StringBuilder line = new StringBuilder(head);
        int start = line.length();
        for (String word : text.split(" ", -1)) {
            boolean first = line.length() == start;
            if (!first && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(start));
                first = true;
            }
            line.append(first ? "" : " ").append(word);
        }
        lines.add(line.toString());
    }
}
