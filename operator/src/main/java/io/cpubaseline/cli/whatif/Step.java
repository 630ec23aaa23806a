package io.cpubaseline.cli.whatif;

import io.cpubaseline.baseline.Planner;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.whatif.NodeChange;
import io.cpubaseline.whatif.Refresh;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * A step of a rolling refresh.
 *
 * @param changes what changes; nothing for the beginning
 * @param during what is there while what goes is gone, and what comes in its place is not there yet
 * @param after what is there then
 */
record Step(List<NodeChange> changes, SortedMap<String, View> during, SortedMap<String, View> after) {

    /** The beginning, and all steps. */
    static List<Step> of(Asking asking, Planner planner, Collection<NodeCpu> nodes, Collection<NodeChange> changes) {
        List<Step> steps = new ArrayList<>();
        SortedMap<String, View> now = asking.answers(nodes);
        steps.add(new Step(List.of(), now, now));
        List<NodeChange> done = new ArrayList<>();
        for (List<NodeChange> next : Refresh.steps(planner, asking.judged(nodes).policy(), changes)) {
            List<NodeCpu> before = NodeChange.apply(nodes, done);
            done.addAll(next);
            boolean takes = next.get(0).kind() == NodeChange.Kind.Replaced;
            SortedMap<String, View> after = asking.answers(NodeChange.apply(nodes, done));
            steps.add(new Step(next, takes ? asking.answers(NodeChange.during(before, next)) : after, after));
        }
        return Collections.unmodifiableList(steps);
    }
}
