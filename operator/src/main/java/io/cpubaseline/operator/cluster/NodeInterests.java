package io.cpubaseline.operator.cluster;

import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.operator.watch.Views;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the baselines that a change of a node concerns, and no others: each says what of the nodes it looks at before it looks. Safe for use by
 * several threads.
 */
final class NodeInterests implements WatchedCluster.NodeFollower {

    private final Views<NodeFacts> nodes;
    private final Consumer<String> wake;
    private final Runnable wakeAll;
    private final Map<String, NodeInterest> interests = new ConcurrentHashMap<>();

    /**
     * No baseline looks at any node yet.
     *
     * @param wake lets a baseline look at its nodes
     * @param wakeAll lets every baseline do so
     */
    NodeInterests(Views<NodeFacts> nodes, Consumer<String> wake, Runnable wakeAll) {
        this.nodes = nodes;
        this.wake = wake;
        this.wakeAll = wakeAll;
    }

    /** Keeps in mind what a baseline is going to look at. What its virtual machines select by stays as it was. */
    void looksAt(String baseline, NodeInterest interest) {
        interests.merge(baseline, interest, (before, next) -> next.selectingBy(before.labels()));
    }

    /** Keeps in mind by which labels a baseline's virtual machines select nodes. It has to look once more where these are others: some may have changed. */
    void selectingBy(String baseline, Set<String> labels) {
        NodeInterest before = interests.get(baseline);
        if (before != null && !before.labels().equals(labels)) {
            interests.put(baseline, before.selectingBy(labels));
            if (!before.labels().containsAll(labels)) {
                wake.accept(baseline);
            }
        }
    }

    /** Forgets a baseline that is gone. */
    void forget(String baseline) {
        interests.remove(baseline);
    }

    @Override
    public void nodeChanged(@Nullable NodeFacts before, @Nullable NodeFacts after) {
        if (before == null || after == null || NodeInterest.isForAll(before, after)) {
            wakeAll.run();
            return;
        }
        interests.forEach((baseline, interest) -> {
            if (interest.isTouchedBy(before, after)) {
                wake.accept(baseline);
            }
        });
    }

    /** Where one comes, goes or is another's, others may count than before; what it says counts for its own node. */
    @Override
    public void nodeFeatureChanged(@Nullable NodeFeatureFacts before, @Nullable NodeFeatureFacts after) {
        if (before == null
                || after == null
                || !before.countsAs(after)
                || !before.silicon().vendor().equals(after.silicon().vendor())) {
            wakeAll.run();
        } else if (!before.silicon().equals(after.silicon())) {
            nodes.get("", after.nodeName())
                    .ifPresent(node -> interests.forEach((baseline, interest) -> {
                        if (interest.selects(node)) {
                            wake.accept(baseline);
                        }
                    }));
        }
    }
}
