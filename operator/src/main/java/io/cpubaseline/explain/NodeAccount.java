package io.cpubaseline.explain;

import io.cpubaseline.baseline.Answer;
import io.cpubaseline.baseline.Explanation.ClassCost;
import io.cpubaseline.baseline.Explanation.Limit;
import io.cpubaseline.baseline.Explanation.Withheld;
import io.cpubaseline.baseline.HostModel;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.fleet.NodeCpu;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All about a node.
 *
 * @param node the node
 * @param group the judged nodes like it, itself among them; nothing if it isn't judged
 * @param best the highest level that a guest there gets
 * @param models the models of its own vendor that it gives to guests, the newest first
 * @param alone what it would get alone
 * @param toNextLevel what it lacks for the next level, and why
 * @param effects what it costs in the answers that it decides
 */
public record NodeAccount(
        NodeCpu node,
        Optional<NodeGroup> group,
        AbiLevel best,
        List<String> models,
        Answer alone,
        Map<String, Lack> toNextLevel,
        List<Effect> effects) {

    /**
     * What it costs in an answer.
     *
     * @param view the answer
     * @param cost of all nodes like it
     * @param without the answer without all of them
     * @param limits what they block
     * @param withheld mitigations that they keep from guests, and that could be mended
     * @param hostModelLoses what a host-model virtual machine there would lose by the answer
     */
    public record Effect(
            View view,
            ClassCost cost,
            Optional<Gain> without,
            List<Limit> limits,
            List<Withheld> withheld,
            HostModel hostModelLoses) {}
}
