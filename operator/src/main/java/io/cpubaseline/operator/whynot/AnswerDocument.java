package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.scheduling.Explanation;

/** An answer for programs: nothing is left out. */
final class AnswerDocument {

    private AnswerDocument() {}

    static ObjectNode of(Answer answer) {
        ObjectNode document = Json.MAPPER.createObjectNode();
        Situation situation = answer.situation();
        document.put("namespace", answer.subject().namespace())
                .put("name", answer.subject().name())
                .put("question", situation.migrates() ? "migrate" : "start");
        putIfAny(document, "source", situation.source());
        putIfAny(document, "pod", situation.waiting());
        putIfAny(document, "migration", situation.migration());
        putIfAny(document, "node", answer.node());
        document.put("nodes", answer.verdict().nodes());
        ArrayNode possible = document.putArray("possibleNodes");
        answer.open().forEach(possible::add);
        ArrayNode remarks = document.putArray("remarks");
        answer.remarks().forEach(remarks::add);
        ArrayNode obstacles = document.putArray("obstacles");
        answer.explanations().forEach(explanation -> obstacles.add(obstacle(explanation)));
        return document;
    }

    private static ObjectNode obstacle(Explanation explanation) {
        ObjectNode obstacle = Json.MAPPER.createObjectNode();
        obstacle.put("origin", explanation.obstacle().origin().name())
                .put("what", explanation.what())
                .put("from", explanation.from())
                .put("remedy", explanation.remedy())
                .put("alone", explanation.obstacle().alone());
        putIfAny(obstacle, "found", explanation.found());
        ArrayNode asks = obstacle.putArray("asks");
        explanation
                .obstacle()
                .lacking()
                .forEach(part -> asks.addObject().put("text", part.ask().text()).put("nodes", part.nodes()));
        ArrayNode nodes = obstacle.putArray("nodes");
        explanation.obstacle().nodes().stream().map(NodeCpu::name).forEach(nodes::add);
        return obstacle;
    }

    private static void putIfAny(ObjectNode object, String field, String text) {
        if (!text.isEmpty()) {
            object.put(field, text);
        }
    }
}
