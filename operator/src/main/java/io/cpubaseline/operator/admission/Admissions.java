package io.cpubaseline.operator.admission;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Admission;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether instances get a baseline when they are created. An intent is null where a baseline selects no virtual machines. */
public interface Admissions {

    /**
     * What became of it.
     *
     * @param admission how far instances get the baseline in place of their virtual machines; null where these are written, or only counted
     * @param told for the status; null where it isn't asked for
     * @param firstStarts whether instances of virtual machines that are to be written may get it before they are; the status says then which
     * @param next when to look again though nothing changes; null if never
     */
    record Result(
            @Nullable Admission admission,
            Observation.@Nullable Admitted told,
            boolean firstStarts,
            @Nullable Duration next) {

        /** It isn't asked for. */
        public static final Result NONE = new Result(null, null, false, null);
    }

    /** Whether instances may get a baseline at all: else no label of nodes that it doesn't select matters for that. */
    boolean possible();

    /** Whether what this baseline needs has been looked at. */
    boolean settled(@Nullable VirtualMachineIntent intent);

    /**
     * Sees to it that instances get the baseline if that is wanted, and else don't. In mode Patch the binding alone gives nothing.
     *
     * @throws IOException if the API server is in trouble: try again
     */
    Result bind(ClusterCpuBaseline baseline, @Nullable VirtualMachineIntent intent, boolean paused) throws IOException;
}
