package io.cpubaseline.operator.telling;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import java.io.IOException;

/** The statuses of baselines, read and written. */
public interface Statuses {

    /** The newest status that is known: after a write of our own, a cache may show the one before for a moment. */
    StatusWriter.Known latest(ClusterCpuBaseline current);

    /**
     * Writes a status, if that is needed now.
     *
     * @param current the baseline that the status answers, in the version that {@link #latest} was asked about
     * @param wanted the status
     * @throws IOException if the API server can't be reached or is in trouble: try again
     */
    StatusWriter.Outcome write(ClusterCpuBaseline current, ClusterCpuBaselineStatus wanted) throws IOException;
}
