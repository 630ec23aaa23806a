package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator found and decided. Written by the operator only, and by {@code cpu-baseline plan} to standard output.
 *
 * @param observedGeneration the {@code metadata.generation} that this status answers; -1, the definition's default, while nobody has looked
 * @param conditions one per type, in a fixed order
 * @param pinned the baseline in force; absent until the first one is adopted
 * @param candidate what the evidence or the policy now says instead; absent when it agrees with the pin
 * @param commonFeatures what a guest can have on every contributing node, sorted; empty where there is no room for all
 * @param nodes how many nodes are in which state
 * @param capacity how many cores and how much memory the nodes have; absent where no node tells
 * @param cpuClasses the kinds of nodes, at most 16, the biggest first, and what each costs the others
 * @param limits what keeps the baseline from something better, at most 8, the nearest first
 * @param vendorBaselines what each vendor's nodes could have alone; empty when all nodes are of one vendor
 * @param migrationDomains among which nodes a guest can migrate
 * @param revisionsInUse what running instances have, at most 10, those that most run with first; absent with {@code virtualMachines}
 * @param virtualMachines how many VirtualMachines are in which state; absent when none are managed, or they can't be read
 * @param firstStarts what instances get when they are created, before their VirtualMachines are written; absent where none gets anything
 * @param history revisions that were pinned before, newest first, at most 10, as many as there is room for
 * @param verification the last verification by migrations; absent where there was none. It is not the operator's, who carries it from one status
 *     to the next
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterCpuBaselineStatus(
        @Nullable Long observedGeneration,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Condition> conditions,
        @Nullable PinnedBaseline pinned,
        @Nullable CandidateBaseline candidate,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> commonFeatures,
        @Nullable NodeCounts nodes,
        @Nullable CapacityReport capacity,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<CpuClassReport> cpuClasses,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LimitReport> limits,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<VendorBaseline> vendorBaselines,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<MigrationDomainReport> migrationDomains,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<RevisionInUse> revisionsInUse,
        @Nullable VirtualMachineCounts virtualMachines,
        @Nullable FirstStartsReport firstStarts,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<EarlierBaseline> history,
        @Nullable VerificationReport verification) {

    /** Makes the lists immutable. */
    public ClusterCpuBaselineStatus {
        conditions = Absent.toEmpty(conditions);
        commonFeatures = Absent.toEmptyTexts(commonFeatures);
        cpuClasses = Absent.toEmpty(cpuClasses);
        limits = Absent.toEmpty(limits);
        vendorBaselines = Absent.toEmpty(vendorBaselines);
        migrationDomains = Absent.toEmpty(migrationDomains);
        revisionsInUse = Absent.toEmpty(revisionsInUse);
        history = Absent.toEmpty(history);
    }

    /** A status without a verification. */
    public ClusterCpuBaselineStatus(
            @Nullable Long observedGeneration,
            List<Condition> conditions,
            @Nullable PinnedBaseline pinned,
            @Nullable CandidateBaseline candidate,
            List<String> commonFeatures,
            @Nullable NodeCounts nodes,
            @Nullable CapacityReport capacity,
            List<CpuClassReport> cpuClasses,
            List<LimitReport> limits,
            List<VendorBaseline> vendorBaselines,
            List<MigrationDomainReport> migrationDomains,
            List<RevisionInUse> revisionsInUse,
            @Nullable VirtualMachineCounts virtualMachines,
            @Nullable FirstStartsReport firstStarts,
            List<EarlierBaseline> history) {
        this(
                observedGeneration,
                conditions,
                pinned,
                candidate,
                commonFeatures,
                nodes,
                capacity,
                cpuClasses,
                limits,
                vendorBaselines,
                migrationDomains,
                revisionsInUse,
                virtualMachines,
                firstStarts,
                history,
                null);
    }
}
