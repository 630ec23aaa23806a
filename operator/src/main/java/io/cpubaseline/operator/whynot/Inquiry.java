package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.operator.cluster.StoredObject;
import io.cpubaseline.scheduling.Explanation;
import io.cpubaseline.scheduling.Room;
import io.cpubaseline.scheduling.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Asks, looks at the nodes' labels and taints, and, where these leave any, at the room that is left on them. */
final class Inquiry {

    static final String NO_KUBEVIRT = "There is no KubeVirt resource: KubeVirt 1.8 and its defaults are assumed";

    static final String NO_LABELS =
            "No node has the label kubevirt.io/schedulable: virt-handler runs nowhere, or a copy lacks labels";

    private static final int NAMED = 5;

    private final Reading reading;
    private final boolean withRoom;

    /**
     * By these objects.
     *
     * @param withRoom whether to look at what other pods request
     */
    Inquiry(Reading reading, boolean withRoom) {
        this.reading = reading;
        this.withRoom = withRoom;
    }

    /**
     * Answers.
     *
     * @param node the only node that is asked about; empty for all
     * @throws Reading.Unanswerable if the virtual machine or the node isn't there
     */
    Answer answer(String machine, String node) throws IOException {
        Subject subject = reading.subject(machine);
        JsonNode kubeVirt = reading.kubeVirt();
        List<NodeCpu> all = reading.nodes();
        Situation situation = new Situations(kubeVirt, all).of(subject);
        List<NodeCpu> nodes = candidates(all, subject, situation, node);
        List<String> remarks = new ArrayList<>();
        situation.refusals().forEach(refusal -> remarks.add(refusal.sentence()));
        remarks.addAll(situation.beyond());
        remarks.addAll(situation.remarks());
        remarks.addAll(subject.unread());
        remarks.addAll(withoutKubeVirt(all, node));
        remarks.addAll(StoredObject.unreadable("KubeVirt", kubeVirt));
        if (kubeVirt.isMissingNode()) {
            remarks.add(NO_KUBEVIRT);
        }
        Room room = Room.empty();
        Verdict verdict = Verdict.of(situation.pod(), situation.background(), nodes, room);
        List<NodeCpu> left = node.isEmpty() ? verdict.open() : nodes;
        if (withRoom && !left.isEmpty()) {
            try {
                room = reading.room(left);
                verdict = Verdict.of(situation.pod(), situation.background(), nodes, room);
            } catch (Reading.Unanswerable e) {
                remarks.add(e.getMessage());
            }
        }
        remarks.addAll(emulated(situation, verdict));
        Room seen = room;
        List<Explanation> explanations = verdict.obstacles().stream()
                .map(obstacle -> Explanation.of(obstacle, situation.background(), all, seen))
                .toList();
        return new Answer(subject, situation, node, verdict, explanations, remarks);
    }

    /** A baseline takes no such node into account (NoKvm); here KubeVirt's rule counts. */
    private static List<String> emulated(Situation situation, Verdict verdict) {
        List<String> nodes = verdict.open().stream()
                .filter(node -> node.kvm() == Truth.NO)
                .map(NodeCpu::name)
                .toList();
        return situation.pod().kvm() || nodes.isEmpty()
                ? List.of()
                : List.of(
                        "Where there is no KVM, as on %s, QEMU would emulate it, slowly: KubeVirt allows that here (useEmulation), and baselines leave such nodes out"
                                .formatted(nodes.get(0)));
    }

    private static List<String> withoutKubeVirt(List<NodeCpu> all, String node) {
        long without =
                all.stream().filter(one -> one.schedulable() == Truth.UNKNOWN).count();
        return node.isEmpty() && without > 0 && without == all.size() ? List.of(NO_LABELS) : List.of();
    }

    private static List<NodeCpu> candidates(List<NodeCpu> all, Subject subject, Situation situation, String node) {
        if (node.isEmpty()) {
            // Where KubeVirt has never been, as on control planes, no guest is expected.
            return all.stream()
                    .filter(one ->
                            one.schedulable() != Truth.UNKNOWN && !one.name().equals(situation.source()))
                    .toList();
        }
        if (node.equals(situation.source())) {
            throw new Reading.Unanswerable("%s runs on %s already".formatted(subject.qualifiedName(), node));
        }
        return List.of(all.stream()
                .filter(one -> one.name().equals(node))
                .findFirst()
                .orElseThrow(() -> new Reading.Unanswerable("there is no node %s; there are: %s%s"
                        .formatted(
                                node,
                                all.stream()
                                        .map(NodeCpu::name)
                                        .sorted()
                                        .limit(NAMED)
                                        .collect(Collectors.joining(", ")),
                                all.size() > NAMED ? " and %d more".formatted(all.size() - NAMED) : ""))));
    }
}
