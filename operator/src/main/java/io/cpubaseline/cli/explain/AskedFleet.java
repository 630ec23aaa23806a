package io.cpubaseline.cli.explain;

import io.cpubaseline.cli.planning.FilePlanner.Result;
import io.cpubaseline.cli.planning.FleetQuestion;
import io.cpubaseline.cli.planning.Overview;
import io.cpubaseline.explain.NodeGroup;
import io.cpubaseline.explain.View;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The nodes that are asked about, judged, and the baselines that they may get.
 *
 * @param groups the judged nodes, alike ones together
 * @param views the baselines: one, or one for each vendor and then the one for all
 */
record AskedFleet(List<NodeGroup> groups, List<View> views) {

    /** No nodes. */
    static AskedFleet none() {
        return new AskedFleet(List.of(), List.of());
    }

    /** As {@code plan} answers for them. */
    static AskedFleet of(FleetQuestion.Asked asked) {
        List<View> views = new ArrayList<>();
        Optional<Overview> overview = asked.overview();
        if (overview.isPresent()) {
            overview.get().vendors().forEach(vendor -> views.add(view(vendor.vendor(), vendor.result())));
            Result untold = overview.get().untold();
            if (untold != null) {
                views.add(view("nodes that tell no vendor", untold));
            }
            views.add(view("all vendors in one", overview.get().mixed()));
        } else {
            views.add(view("", asked.plan()));
        }
        Fleet fleet = views.get(views.size() - 1).plan().fleet();
        return new AskedFleet(NodeGroup.of(fleet, asked.planner().catalog()), List.copyOf(views));
    }

    private static View view(String name, Result result) {
        return new View(name, result.plan(), result.policy());
    }

    /** The judged nodes like this one. */
    Optional<NodeGroup> group(NodeCpu node) {
        return groups.stream()
                .filter(group -> group.cpuClass().nodes().stream()
                        .anyMatch(other -> other.name().equals(node.name())))
                .findFirst();
    }
}
