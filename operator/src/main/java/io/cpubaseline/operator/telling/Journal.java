package io.cpubaseline.operator.telling;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.change.Decision;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.report.Observation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is told of a baseline, in events, log lines and metrics. */
public interface Journal {

    /** The status can't be read, and with it what is pinned: nothing can be decided. */
    void unreadable(ClusterCpuBaseline baseline, String why);

    /** A decision was made of the nodes. */
    void considered(Duration took);

    /**
     * The pin has moved, and that is persisted.
     *
     * @param remembered what was remembered before
     * @param status what was persisted
     */
    void pinMoved(
            ClusterCpuBaseline baseline, Decision decision, Remembered remembered, ClusterCpuBaselineStatus status);

    /** A status has been written: what changed with it is told. */
    void statusWritten(
            ClusterCpuBaseline baseline, @Nullable ClusterCpuBaselineStatus before, ClusterCpuBaselineStatus after);

    /** What was found, for the metrics. */
    void observed(ClusterCpuBaseline baseline, Observation observation, ClusterCpuBaselineStatus status);
}
