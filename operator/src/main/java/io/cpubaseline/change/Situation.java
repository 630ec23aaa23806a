package io.cpubaseline.change;

import io.cpubaseline.baseline.Plan;
import io.cpubaseline.fleet.CapacityShare;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a decision looks at, beside what is remembered.
 *
 * <p>Waiting times count by {@code clusterTime}, the clock that stamps the creation of nodes: as long as that is never later than it is there,
 * a clock of the operator's machine that runs wrong shortens no wait. {@code now} is only written down.
 *
 * @param now the time by the operator's clock
 * @param clusterTime the time by the API server's clock, or earlier
 * @param plan the answer for the contributing nodes and those that lack the pinned baseline
 * @param cautious the same, limited by unknown nodes that still carry labels
 * @param planned what they would say with nodes that are still to come; null if none are planned
 * @param paused whether the user stopped every move of the pin
 * @param approvedRevision the revision that the user approved; null if none
 * @param severalVendors whether the policy lets one baseline span several CPU vendors
 * @param specChanged whether the spec was edited since the last decision
 * @param rules when the pin may move without a person's word
 * @param kubeVirt whether KubeVirt is being upgraded
 * @param evidenceGrace how long an unknown node is waited for before the first adoption
 * @param unknownSince by {@code clusterTime}: since when the latest of the unknown nodes has been unknown, as far as this process saw; null if none is
 * @param answerChanged by {@code clusterTime}: when this process saw the answer change; null if it has seen only this one
 * @param carried what virtual machines carry in the baseline's name; looked at before there is a pin
 * @param failedVerification the last verification, if it failed; null if it didn't
 */
public record Situation(
        Instant now,
        Instant clusterTime,
        Plan plan,
        Plan cautious,
        @Nullable PlannedNodes planned,
        boolean paused,
        @Nullable String approvedRevision,
        boolean severalVendors,
        boolean specChanged,
        MoveRules rules,
        KubeVirtProgress kubeVirt,
        Duration evidenceGrace,
        @Nullable Instant unknownSince,
        @Nullable Instant answerChanged,
        Carried carried,
        @Nullable FailedVerification failedVerification) {

    /** The earlier one of both clocks: how far a wait that the status remembers has come, even if one of them runs ahead. */
    Instant earliestNow() {
        return now.isBefore(clusterTime) ? now : clusterTime;
    }

    /** The later one of both clocks, in whole seconds as a status keeps them, rounded up: where such a wait begins, even if one is behind. */
    Instant latestNow() {
        Instant latest = now.isBefore(clusterTime) ? clusterTime : now;
        Instant seconds = latest.truncatedTo(ChronoUnit.SECONDS);
        return seconds.equals(latest) || latest.equals(Instant.MAX) ? latest : seconds.plusSeconds(1);
    }

    /** The classes of nodes that decide the answer, whatever is pinned. */
    private Stream<CpuClass> deciding() {
        Fleet fleet = plan.fleet();
        return Stream.concat(fleet.contributing().stream(), fleet.lackingPinned().stream());
    }

    /** Whether some node can take that baseline. */
    boolean isUsable(Pin pin) {
        return deciding().anyMatch(cpuClass -> cpuClass.offers(pin.criteria()));
    }

    /** The known nodes that can't take that baseline, whichever one is pinned when this is decided. */
    List<CpuClass> classesLacking(Pin pin) {
        return deciding().filter(cpuClass -> !cpuClass.offers(pin.criteria())).toList();
    }

    /** The names of nodes that can't take that baseline. */
    List<String> lacking(Pin pin) {
        return names(classesLacking(pin).stream().flatMap(cpuClass -> cpuClass.nodes().stream()));
    }

    /** How much of the selected nodes' capacity could take that baseline. */
    CapacityShare able(Pin pin) {
        return plan.fleet().able(pin.criteria());
    }

    /** The names of nodes of which nothing is known, not even what was known last. */
    List<String> unseen() {
        return plan.fleet().unseen();
    }

    /** The names of nodes of which it isn't known what they can do. */
    List<String> unknown() {
        return names(plan.fleet().byReason(State.UNKNOWN).values().stream().flatMap(List::stream));
    }

    private static List<String> names(Stream<NodeCpu> nodes) {
        return nodes.map(NodeCpu::name).sorted().toList();
    }
}
