package io.cpubaseline.operator.whynot;

import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.scheduling.Explanation;
import io.cpubaseline.scheduling.Verdict;
import java.util.List;

/**
 * What was found out.
 *
 * @param subject about which virtual machine
 * @param situation what would have to be placed
 * @param node the only node that was asked about; empty for all
 * @param verdict which nodes can take it
 * @param explanations what keeps it off the others, in the verdict's order
 * @param remarks what has to be known beside that, a sentence each
 */
record Answer(
        Subject subject,
        Situation situation,
        String node,
        Verdict verdict,
        List<Explanation> explanations,
        List<String> remarks) {

    /** Makes the lists immutable. */
    Answer {
        explanations = List.copyOf(explanations);
        remarks = List.copyOf(remarks);
    }

    /** Names of the nodes that can take it; none where KubeVirt refuses every migration. */
    List<String> open() {
        return situation.refusals().isEmpty()
                ? verdict.open().stream().map(NodeCpu::name).toList()
                : List.of();
    }
}
