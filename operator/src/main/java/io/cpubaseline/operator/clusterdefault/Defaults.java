package io.cpubaseline.operator.clusterdefault;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.change.Pin;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.SpecReader.DefaultMode;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** KubeVirt's own default CPU model, as far as a baseline has to do with it. */
public interface Defaults {

    /**
     * What became of it.
     *
     * @param told for the status; null where it isn't to be written
     * @param next when to look again though nothing changes; null if never
     */
    record Result(
            Observation.@Nullable DefaultWrite told,
            @Nullable Duration next) {

        /** It isn't to be written. */
        public static final Result NONE = new Result(null, null);
    }

    /**
     * Sees to it that a baseline that writes the default isn't deleted before it has given it back, and that one that doesn't write it any more has.
     *
     * @return whether it is so; otherwise the baseline is to be looked at again in its next version
     * @throws IOException if the API server is in trouble: try again
     */
    boolean prepared(ClusterCpuBaseline baseline, DefaultMode mode) throws IOException;

    /**
     * Makes the pinned model the default, if that is wanted and nothing stands in the way. The pin has been persisted.
     *
     * @throws IOException if the API server is in trouble: try again
     */
    Result write(ClusterCpuBaseline baseline, DefaultMode mode, @Nullable Pin pin, boolean paused) throws IOException;
}
