package io.cpubaseline.operator.whynot;

import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import io.cpubaseline.scheduling.Room;
import java.util.HashMap;
import java.util.Map;

/** What pods request of their nodes together. */
final class Occupied {

    private final Map<String, NodeCapacity> requested = new HashMap<>();
    private final Map<String, Map<String, Long>> devices = new HashMap<>();

    void add(PodView pod) {
        if (pod.takesRoom()) {
            requested.merge(pod.nodeName(), pod.requests(), NodeCapacity::plus);
            pod.devices()
                    .forEach((resource, number) -> devices.computeIfAbsent(pod.nodeName(), node -> new HashMap<>())
                            .merge(resource, number, Long::sum));
        }
    }

    Room room() {
        return new Room(requested, devices);
    }
}
