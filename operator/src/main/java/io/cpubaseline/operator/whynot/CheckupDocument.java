package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.whynot.Checkup.Finding;
import io.cpubaseline.operator.whynot.Checkup.Report;
import java.util.List;
import java.util.Optional;

/** A check-up for programs: nothing is left out. */
final class CheckupDocument {

    private CheckupDocument() {}

    /** @param only the virtual machines with this reason; nothing for all */
    static ObjectNode of(Report report, Optional<String> only) {
        ObjectNode document = Json.MAPPER.createObjectNode();
        document.put("running", report.running())
                .put("starting", report.starting())
                .put("stopped", report.stopped())
                .put("nodes", report.nodes());
        ArrayNode remarks = document.putArray("remarks");
        report.remarks().forEach(remarks::add);
        ArrayNode reasons = document.putArray("reasons");
        CheckupText.byReason(report).stream()
                .filter(group -> only.map(group.get(0).reason()::equals).orElse(true))
                .forEach(group -> reasons.add(reason(group)));
        return document;
    }

    private static ObjectNode reason(List<Finding> group) {
        ObjectNode reason = Json.MAPPER.createObjectNode();
        reason.put("reason", group.get(0).reason()).put("count", group.size()).put("remedy", CheckupText.remedy(group));
        ArrayNode machines = reason.putArray("virtualMachines");
        for (Finding finding : group) {
            ObjectNode machine = machines.addObject()
                    .put("namespace", finding.namespace())
                    .put("name", finding.name())
                    .put("question", finding.node().isEmpty() ? "start" : "migrate");
            if (!finding.node().isEmpty()) {
                machine.put("source", finding.node());
            }
            machine.put("what", finding.what()).put("from", finding.from()).put("remedy", finding.remedy());
        }
        return reason;
    }
}
