package io.cpubaseline.operator.cluster;

import io.cpubaseline.Selector;
import io.cpubaseline.evidence.NodeFacts;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of the nodes a baseline looks at: a change of anything else is none of its business.
 *
 * @param nodes which nodes it selects; null if it selects none
 * @param names whether it matters which CPU models and features any node labels: its spec names some, or instances may get its pin
 * @param labels keys of labels by which its virtual machines select nodes
 */
public record NodeInterest(@Nullable Selector nodes, boolean names, Set<String> labels) {

    /** What is shown where it has another value than KubeVirt writes. */
    private static final String SCHEDULABLE = "kubevirt.io/schedulable";

    /** Makes the set immutable. */
    public NodeInterest {
        labels = Set.copyOf(labels);
    }

    /** All that there is: of a baseline that has not been read yet. */
    public static NodeInterest everything() {
        return new NodeInterest(Selector.everything(), true, Set.of());
    }

    /** The same with other labels by which virtual machines select. */
    public NodeInterest selectingBy(Set<String> others) {
        return new NodeInterest(nodes, names, others);
    }

    /** Whether a node is one of those that it selects. */
    boolean selects(NodeFacts node) {
        return nodes != null && nodes.matches(node.labels());
    }

    /** Whether a change of a node may change anything for the baseline. */
    boolean isTouchedBy(NodeFacts before, NodeFacts after) {
        boolean was = selects(before);
        boolean is = selects(after);
        if (was != is || names && !labelsTheSame(before, after)) {
            return true;
        }
        return is
                && (!before.differsInLabelsAlone(after)
                        || differs(SCHEDULABLE, before, after)
                        || labels.stream().anyMatch(key -> differs(key, before, after)));
    }

    /**
     * Whether a change of a node may change something for every baseline, whichever nodes it selects: on which vendor's nodes virtual machines
     * run, or KubeVirt's lowest TSC frequency.
     */
    static boolean isForAll(NodeFacts before, NodeFacts after) {
        long frequency = before.host().platform().tscFrequency();
        long next = after.host().platform().tscFrequency();
        return !before.uid().equals(after.uid())
                || !before.evidence().vendor().equals(after.evidence().vendor())
                || frequency != next
                || next > 0 && before.schedulable() != after.schedulable();
    }

    private static boolean labelsTheSame(NodeFacts before, NodeFacts after) {
        return before.evidence().labelledModels().equals(after.evidence().labelledModels())
                && before.evidence().labelledFeatures().equals(after.evidence().labelledFeatures());
    }

    private static boolean differs(String key, NodeFacts before, NodeFacts after) {
        return !Objects.equals(before.labels().get(key), after.labels().get(key));
    }
}
