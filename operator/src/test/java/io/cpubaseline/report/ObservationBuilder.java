package io.cpubaseline.report;

import io.cpubaseline.baseline.Plan;
import io.cpubaseline.change.Decision;
import io.cpubaseline.change.Story;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.virtualmachine.KubeVirtVersion;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An observation for tests: in a cluster with KubeVirt, at the beginning of the story, without virtual machines, but for what is said. */
public final class ObservationBuilder {

    private final Plan plan;
    private final Decision decision;
    private @Nullable Long generation = 1L;
    private @Nullable Instant now = Story.START;
    private List<Problem> problems = List.of();
    private CpuCatalog catalog = Story.PLANNER.catalog();
    private @Nullable Boolean kubeVirt = true;
    private @Nullable KubeVirtVersion kubeVirtVersion;
    private @Nullable ClusterDefault clusterDefault;
    private Observation.@Nullable VirtualMachines virtualMachines;
    private Observation.@Nullable VirtualMachines prospect;
    private int minimumCapacity;
    private Observation.@Nullable Admitted admission;
    private Observation.@Nullable DefaultWrite defaultWrite;

    private ObservationBuilder(Plan plan, Decision decision) {
        this.plan = plan;
        this.decision = decision;
    }

    public static ObservationBuilder observation(Plan plan, Decision decision) {
        return new ObservationBuilder(plan, decision);
    }

    /** As the command line has it. */
    public ObservationBuilder outsideACluster() {
        generation = null;
        now = null;
        kubeVirt = null;
        return this;
    }

    public ObservationBuilder generation(long value) {
        generation = value;
        return this;
    }

    public ObservationBuilder at(@Nullable Instant time) {
        now = time;
        return this;
    }

    public ObservationBuilder problems(List<Problem> all) {
        problems = all;
        return this;
    }

    public ObservationBuilder catalog(CpuCatalog value) {
        catalog = value;
        return this;
    }

    public ObservationBuilder kubeVirt(@Nullable Boolean there, @Nullable KubeVirtVersion version) {
        kubeVirt = there;
        kubeVirtVersion = version;
        return this;
    }

    public ObservationBuilder clusterDefault(@Nullable ClusterDefault value) {
        clusterDefault = value;
        return this;
    }

    public ObservationBuilder virtualMachines(Observation.@Nullable VirtualMachines value) {
        virtualMachines = value;
        return this;
    }

    /** What would become of them with the first candidate. */
    public ObservationBuilder prospect(Observation.@Nullable VirtualMachines value) {
        prospect = value;
        return this;
    }

    /** In percent. */
    public ObservationBuilder minimumCapacity(int value) {
        minimumCapacity = value;
        return this;
    }

    public ObservationBuilder admission(Observation.@Nullable Admitted value) {
        admission = value;
        return this;
    }

    public ObservationBuilder defaultWrite(Observation.@Nullable DefaultWrite value) {
        defaultWrite = value;
        return this;
    }

    public Observation build() {
        return new Observation(
                generation,
                now,
                problems,
                catalog,
                plan,
                decision,
                kubeVirt,
                kubeVirtVersion,
                clusterDefault,
                virtualMachines,
                prospect,
                minimumCapacity,
                admission,
                defaultWrite);
    }
}
