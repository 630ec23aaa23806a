package io.cpubaseline.operator.cluster;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.watch.WatchedKind;
import io.cpubaseline.operator.watch.WatchedKind.State;
import io.cpubaseline.report.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What of the cluster can't be read now, in words for a condition. The states of watched kinds are judged here and nowhere else, so that a kind
 * that is missing or forbidden never looks like one without objects. Safe for use by several threads; reads no object.
 */
public final class ReadingProblems {

    private final WatchedCluster watched;

    /** Of the kinds that this cluster watches. */
    public ReadingProblems(WatchedCluster watched) {
        this.watched = watched;
    }

    /** Why it isn't known what nodes can do, or under which KubeVirt. While there is such a problem, the pin stays as it is. */
    public Optional<Problem> ofNodes() {
        return Stream.of(
                        missing(watched.nodes()),
                        forbidden(watched.nodes()),
                        forbidden(watched.nodeFeatures()),
                        forbidden(watched.kubeVirts()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /**
     * Why it isn't known which virtual machines there are, or what runs. While there is such a problem, none is written: neither by views of
     * before nor by half of them.
     */
    public Optional<Problem> ofVirtualMachines() {
        return Stream.of(
                        forbidden(watched.virtualMachines()),
                        forbidden(watched.instances()),
                        forbidden(watched.namespaces()),
                        missing(watched.namespaces()),
                        withoutKubeVirt())
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Problem> forbidden(WatchedKind<?> kind) {
        return kind.state() == State.FORBIDDEN
                ? Optional.of(new Problem(
                        Reason.Forbidden,
                        "The operator may not read %s: %s. Check its ClusterRole."
                                .formatted(kind.name(), kind.message())))
                : Optional.empty();
    }

    /** Kubernetes' own kinds are never missing: who answers so is no API server, or doesn't let the operator see it. */
    private static Optional<Problem> missing(WatchedKind<?> kind) {
        return kind.state() == State.ABSENT
                ? Optional.of(new Problem(
                        Reason.Forbidden,
                        "The API server says that there are no %s: %s. Check who answers at its address."
                                .formatted(kind.name(), kind.message())))
                : Optional.empty();
    }

    private Optional<Problem> withoutKubeVirt() {
        List<String> missing = Stream.of(watched.kubeVirts(), watched.virtualMachines(), watched.instances())
                .filter(kind -> kind.state() == State.ABSENT)
                .map(WatchedKind::name)
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(new Problem(
                        Reason.KubeVirtMissing,
                        "KubeVirt's API is not there (%s); this goes on by itself when it is back."
                                .formatted(String.join(", ", missing))));
    }
}
