package io.cpubaseline.operator.machines;

import io.cpubaseline.change.Carried;
import io.cpubaseline.change.KubeVirtProgress;
import io.cpubaseline.change.Remembered;
import io.cpubaseline.fleet.Targets;
import io.cpubaseline.report.ClusterDefault;
import io.cpubaseline.report.Observation;
import io.cpubaseline.report.SpecReader.VirtualMachineIntent;
import io.cpubaseline.virtualmachine.Admission;
import io.cpubaseline.virtualmachine.KubeVirtVersion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** KubeVirt's virtual machines, as far as a baseline has to do with them. An intent is null where a baseline selects none, an admission where its instances don't get it. */
public interface Machines {

    /** Whether what this baseline needs has been looked at; starts to watch, or stops, as all baselines together need it. */
    boolean settled(String baseline, @Nullable VirtualMachineIntent intent);

    /**
     * Keeps in mind how far a baseline reaches: of several that select a virtual machine which runs nowhere the largest gets it.
     *
     * @param cores of the nodes where virtual machines with its pin can land now; 0 without a pin
     * @param targets the nodes where guests can land
     */
    void reach(String baseline, long cores, Targets targets);

    /** What the selected virtual machines carry in this baseline's name, for one that has no pin. */
    Carried carried(String baseline, @Nullable VirtualMachineIntent intent);

    /** What {@link #align} will find, for a status that has to be written before it; touches nothing. */
    Observation.@Nullable VirtualMachines foresee(
            String baseline,
            @Nullable VirtualMachineIntent intent,
            Remembered remembered,
            boolean paused,
            @Nullable Admission admission);

    /**
     * Brings the selected virtual machines to the pin, as far as the baseline wants that. The pin has been persisted.
     *
     * @param firstStarts whether instances may get the pin when they are created, before their virtual machines are written
     */
    VirtualMachines.Result align(
            String baseline,
            @Nullable VirtualMachineIntent intent,
            Remembered remembered,
            boolean paused,
            @Nullable Admission admission,
            boolean firstStarts);

    /** Whether KubeVirt's API is there. */
    boolean hasKubeVirt();

    /** The version of KubeVirt that runs; nothing if it isn't known. A cluster has one KubeVirt. */
    Optional<KubeVirtVersion> kubeVirtVersion();

    /** Whether KubeVirt is being installed or upgraded. */
    KubeVirtProgress kubeVirtProgress();

    /** The model that KubeVirt gives to virtual machines that name none; nothing without KubeVirt. */
    Optional<ClusterDefault> clusterDefault();
}
