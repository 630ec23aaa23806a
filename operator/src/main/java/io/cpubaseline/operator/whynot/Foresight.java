package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.scheduling.Explanation;
import io.cpubaseline.scheduling.Room;
import io.cpubaseline.scheduling.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a virtual machine would meet that is still to be made: {@code why-not} for other commands, by the same rules. */
public final class Foresight {

    private final Reading reading;
    private final JsonNode kubeVirt;
    private final List<NodeCpu> nodes;
    private final List<String> remarks = new ArrayList<>();

    private Foresight(Reading reading) throws IOException {
        this.reading = reading;
        this.kubeVirt = reading.kubeVirt();
        this.nodes = reading.nodes();
    }

    /**
     * Reads a cluster's nodes and its KubeVirt resource.
     *
     * @param progress where to say what is being read, if that takes long
     * @throws IOException if they can't be read
     */
    public static Foresight of(ApiServer api, PrintWriter progress) throws IOException {
        return new Foresight(new ClusterReading(api, "", new Progress(progress)));
    }

    /** All nodes. */
    public List<NodeCpu> nodes() {
        return nodes;
    }

    /** The KubeVirt resource; a missing node if there is none. */
    public JsonNode kubeVirt() {
        return kubeVirt;
    }

    /** What could not be looked at, a sentence each. */
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    /**
     * Which nodes could take a virtual machine, and what keeps it off the others.
     *
     * @param machine the VirtualMachine as it would be created
     * @param candidates the nodes in question
     * @return by node what keeps it off, in words; empty if nothing does
     * @throws IOException if what other pods request can't be read
     */
    public SortedMap<String, String> obstacles(JsonNode machine, Collection<NodeCpu> candidates) throws IOException {
        Situation situation = new Situations(kubeVirt, nodes)
                .of(new Subject(
                        machine.at("/metadata/namespace").asText(),
                        machine.at("/metadata/name").asText(),
                        MachineView.ofBaseline(machine),
                        MachineView.of(machine),
                        null,
                        List.of(),
                        true,
                        List.of()));
        List<NodeCpu> byLabels = Verdict.of(situation.pod(), situation.background(), candidates, Room.empty())
                .open();
        Room room = byLabels.isEmpty() ? Room.empty() : room(byLabels);
        SortedMap<String, String> obstacles = new TreeMap<>();
        for (NodeCpu node : candidates) {
            obstacles.put(
                    node.name(),
                    Verdict.of(situation.pod(), situation.background(), List.of(node), room).obstacles().stream()
                            .map(obstacle -> Explanation.of(obstacle, situation.background(), nodes, room)
                                    .what())
                            .collect(Collectors.joining("; ")));
        }
        return obstacles;
    }

    private Room room(Collection<NodeCpu> left) throws IOException {
        try {
            return reading.room(left);
        } catch (Reading.Unanswerable e) {
            remarks.add(e.getMessage());
            return Room.empty();
        }
    }
}
