package io.cpubaseline.report;

import static io.cpubaseline.change.Story.and;
import static io.cpubaseline.change.Story.answer;
import static io.cpubaseline.change.Story.created;
import static io.cpubaseline.change.Story.frozen;
import static io.cpubaseline.change.Story.node;
import static io.cpubaseline.change.Story.nodes;
import static io.cpubaseline.change.Story.notReady;
import static io.cpubaseline.change.Story.unlabelled;
import static io.cpubaseline.report.Reporting.condition;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import io.cpubaseline.api.v1alpha1.Condition;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.change.Story;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Taint;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.Pacing.Hold;
import io.cpubaseline.virtualmachine.Progress;
import io.cpubaseline.virtualmachine.Progress.Stuck;
import io.cpubaseline.virtualmachine.Tally;
import io.cpubaseline.virtualmachine.Tally.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The conditions of a baseline: a story for every answer that one may have. */
class ConditionsTest {

    private static final Problem MAY_NOT_READ =
            new Problem(Reason.Forbidden, "The operator may not read virtualmachines: no. Check its ClusterRole.");

    private static final String SKYLAKE = "xeon-gold-6130";
    /** As {@link #SKYLAKE} but for md-clear, which it doesn't need. */
    private static final String ICE_LAKE = "ice-lake-server";

    private static final String NEHALEM = "xeon-w3520";
    private static final String NAPLES = "epyc-7601-32-core";
    private static final String OPTERON = "opteron-6234";

    private static final List<NodeCpu> CLUSTER = nodes(SKYLAKE, ICE_LAKE);

    /** What leads to a condition. */
    private record Case(
            String type,
            String status,
            Reason reason,
            String story,
            Function<Reporting, ClusterCpuBaselineStatus> told) {

        @Override
        public String toString() {
            return "%s=%s/%s: %s".formatted(type, status, reason, story);
        }
    }

    private static Case ready(
            String status, Reason reason, String story, Function<Reporting, ClusterCpuBaselineStatus> told) {
        return new Case("Ready", status, reason, story, told);
    }

    private static Case is(
            String type, Reason reason, String story, Function<Reporting, ClusterCpuBaselineStatus> told) {
        return new Case(type, "True", reason, story, told);
    }

    private static Case not(
            String type, Reason reason, String story, Function<Reporting, ClusterCpuBaselineStatus> told) {
        return new Case(type, "False", reason, story, told);
    }

    private static List<NodeCpu> young() {
        return List.of(created(node("n0", SKYLAKE), Story.START));
    }

    private static Policy atLeast(AbiLevel minimum) {
        return new Policy(
                Policy.Vendors.Single,
                minimum,
                AbiLevel.V4,
                null,
                Set.of(),
                Policy.Profile.Performance,
                FeatureSet.empty(),
                FeatureSet.empty());
    }

    /** The nodes' model, as if KubeVirt had taken its label away. */
    private static NodeCpu withoutModel(String name, String host, String prefix) {
        CpuEvidence evidence = Fleets.host(host);
        TreeSet<String> models = new TreeSet<>(evidence.labelledModels());
        models.removeIf(model -> model.startsWith(prefix));
        return node(
                name,
                new CpuEvidence(evidence.labelledFeatures(), models, evidence.labelledVendors(), evidence.silicon()));
    }

    /** Described by node-feature-discovery too, in agreement with KubeVirt. */
    private static NodeCpu discovered(String name, String host) {
        Silicon silicon = new Silicon(
                Silicon.Source.NODE_FEATURE,
                Story.PLANNER.catalog().levels().all().union(Fleets.host(host).labelledFeatures()),
                AbiLevel.V4,
                "Intel");
        return node(name, Fleets.host(host).withSilicon(silicon));
    }

    private static Reporting approved(Reporting reporting, List<NodeCpu> nodes) {
        reporting.story.approve(answer(nodes));
        return reporting;
    }

    private static ClusterCpuBaselineStatus with(Reporting reporting, Mode mode, Tally tally) {
        return reporting.virtualMachines(mode, tally).report(CLUSTER);
    }

    private static Tally tally(State state, Reason reason) {
        Tally tally = applied();
        tally.count(state, reason, "shop/web");
        return tally;
    }

    private static Tally applied() {
        Tally tally = new Tally();
        tally.count(State.APPLIED);
        return tally;
    }

    private static Tally pending() {
        Tally tally = applied();
        tally.count(State.PENDING);
        return tally;
    }

    private static Tally pendingRestart() {
        Tally tally = applied();
        tally.pendingRestart("shop/web");
        return tally;
    }

    static Stream<Case> cases() {
        return Stream.of(
                        readiness(),
                        progress(),
                        candidates(),
                        approvals(),
                        evidence(),
                        schedulability(),
                        migration(),
                        verification(),
                        clusterDefault(),
                        admission(),
                        virtualMachines())
                .flatMap(Function.identity());
    }

    private static Stream<Case> readiness() {
        return Stream.of(
                ready("True", Reason.Pinned, "an old cluster", r -> r.report(CLUSTER)),
                ready("True", Reason.Pinned, "with a candidate", r -> {
                    r.report(CLUSTER);
                    return r.report(nodes(SKYLAKE));
                }),
                ready("True", Reason.Pinned, "with restarts to come", r -> with(r, Mode.PATCH, pendingRestart())),
                ready(
                        "True",
                        Reason.Pinned,
                        "with conflicts",
                        r -> with(r, Mode.PATCH, tally(State.CONFLICTING, Reason.Conflicting))),
                ready("True", Reason.Pinned, "with a problem in the spec that came later", r -> {
                    r.report(CLUSTER);
                    return r.problem(Reason.UnknownModel, "spec.cpuModel.name: what?")
                            .report(CLUSTER);
                }),
                ready("False", Reason.WaitingForEvidence, "a new cluster", r -> r.report(young())),
                ready("False", Reason.Paused, "paused from the beginning", r -> {
                    r.story.paused(true);
                    return r.report(CLUSTER);
                }),
                ready(
                        "False",
                        Reason.HeldByApproval,
                        "something else is approved",
                        r -> approved(r, nodes(NEHALEM)).report(CLUSTER)),
                ready("False", Reason.NoContributingNodes, "no node", r -> r.report(List.of())),
                ready("False", Reason.NoCommonModel, "too old a node", r -> r.report(nodes(SKYLAKE, "xeon-5110"))),
                ready("False", Reason.BelowMinimum, "too high a minimum", r -> {
                    r.story.policy(atLeast(AbiLevel.V4));
                    return r.report(nodes(NEHALEM));
                }),
                ready("False", Reason.VendorsMixed, "Intel and AMD", r -> r.report(nodes(SKYLAKE, NAPLES))),
                ready("False", Reason.NowhereSchedulable, "all nodes are down", r -> {
                    r.report(CLUSTER);
                    return r.report(CLUSTER.stream().map(Story::notReady).toList());
                }),
                ready("False", Reason.InvalidSelector, "a selector that can't be evaluated", r -> {
                    r.report(CLUSTER);
                    return r.problem(Reason.InvalidSelector, "spec.nodeSelector: what?")
                            .report(List.of());
                }),
                ready(
                        "False",
                        Reason.UnknownModel,
                        "a model that nobody knows",
                        r -> unanswered(r, Reason.UnknownModel)),
                ready(
                        "False",
                        Reason.UnknownFeature,
                        "a feature that nobody knows",
                        r -> unanswered(r, Reason.UnknownFeature)),
                ready("False", Reason.InvalidSpec, "a level that is none", r -> unanswered(r, Reason.InvalidSpec)));
    }

    /** A spec that can't be followed from the beginning. */
    private static ClusterCpuBaselineStatus unanswered(Reporting reporting, Reason reason) {
        reporting.story.paused(true);
        return reporting.problem(reason, "spec: what?").report(CLUSTER);
    }

    private static Stream<Case> progress() {
        return Stream.of(
                is("Reconciling", Reason.WaitingForEvidence, "a new cluster", r -> r.report(young())),
                is(
                        "Reconciling",
                        Reason.ApplyingToVirtualMachines,
                        "VMs to be written",
                        r -> with(r, Mode.PATCH, pending())),
                is("Stalled", Reason.NoCommonModel, "too old a node", r -> r.report(nodes("xeon-5110"))),
                is("Stalled", Reason.VendorsMixed, "Intel and AMD", r -> r.report(nodes(SKYLAKE, NAPLES))),
                is("Stalled", Reason.BelowMinimum, "too high a minimum", r -> {
                    r.story.policy(atLeast(AbiLevel.V4));
                    return r.report(nodes(NEHALEM));
                }),
                is("Stalled", Reason.InvalidSelector, "an odd selector", r -> unanswered(r, Reason.InvalidSelector)),
                is("Stalled", Reason.InvalidSpec, "an odd spec", r -> unanswered(r, Reason.InvalidSpec)),
                is("Stalled", Reason.UnknownModel, "an odd model", r -> unanswered(r, Reason.UnknownModel)),
                is("Stalled", Reason.UnknownFeature, "an odd feature", r -> unanswered(r, Reason.UnknownFeature)),
                is(
                        "Stalled",
                        Reason.Forbidden,
                        "virtual machines that may not be read",
                        r -> r.unreadableVirtualMachines(Mode.OBSERVE, MAY_NOT_READ)
                                .report(CLUSTER)),
                is("Stalled", Reason.Forbidden, "nodes that may not be read", r -> unanswered(r, Reason.Forbidden)),
                is(
                        "Stalled",
                        Reason.Forbidden,
                        "VMs that may not be written",
                        r -> r.virtualMachines(Mode.PATCH, tally(State.REFUSED, Reason.Forbidden), "may not patch.")
                                .report(CLUSTER)));
    }

    private static Stream<Case> candidates() {
        return Stream.of(
                not("CandidatePending", Reason.UpToDate, "as pinned", r -> r.report(CLUSTER)),
                is("CandidatePending", Reason.Stabilizing, "a new cluster", r -> r.report(young())),
                is("CandidatePending", Reason.HeldByCapacity, "most nodes are too old", r -> {
                    r.story.policy(atLeast(AbiLevel.V3));
                    r.story.minimumCapacity = 50;
                    return r.report(List.of(sized(CLUSTER.get(0), 16), sized(node("n2", NEHALEM), 48)));
                }),
                is("CandidatePending", Reason.AwaitingApproval, "better nodes", r -> {
                    r.report(CLUSTER);
                    return r.report(nodes(SKYLAKE));
                }),
                is("CandidatePending", Reason.AwaitingApproval, "better nodes after an approval", r -> {
                    r.report(CLUSTER);
                    return approved(r, CLUSTER).report(nodes(SKYLAKE));
                }),
                is("CandidatePending", Reason.HeldByApproval, "another revision is approved in advance", r -> {
                    r.report(CLUSTER);
                    return approved(r, nodes(NEHALEM)).report(nodes(SKYLAKE));
                }));
    }

    private static Stream<Case> approvals() {
        return Stream.of(
                is(
                        "ApprovalAccepted",
                        Reason.Approved,
                        "the answer",
                        r -> approved(r, CLUSTER).report(CLUSTER)),
                not(
                        "ApprovalAccepted",
                        Reason.NotACandidate,
                        "something else",
                        r -> approved(r, nodes(NEHALEM)).report(CLUSTER)),
                not("ApprovalAccepted", Reason.NotUsable, "an earlier pin that no node can take", r -> {
                    r.report(CLUSTER);
                    approved(r, nodes(SKYLAKE)).report(nodes(SKYLAKE));
                    return approved(r, CLUSTER).report(nodes(NEHALEM));
                }),
                not("ApprovalAccepted", Reason.Paused, "the answer, but paused", r -> {
                    r.story.paused(true);
                    return approved(r, CLUSTER).report(CLUSTER);
                }));
    }

    private static Stream<Case> evidence() {
        return Stream.of(
                is(
                        "EvidenceComplete",
                        Reason.Complete,
                        "both say the same",
                        r -> r.report(List.of(discovered("n0", SKYLAKE)))),
                not(
                        "EvidenceComplete",
                        Reason.NodesUnknown,
                        "a node is down",
                        r -> r.report(and(CLUSTER, notReady(node("n2", SKYLAKE))))),
                not(
                        "EvidenceComplete",
                        Reason.KubeVirtLabelsMissing,
                        "no labels",
                        r -> r.report(CLUSTER.stream().map(Story::unlabelled).toList())),
                not(
                        "EvidenceComplete",
                        Reason.KubeVirtLabelsMissing,
                        "no KubeVirt",
                        r -> r.withoutKubeVirt()
                                .report(CLUSTER.stream().map(Story::unlabelled).toList())),
                not(
                        "EvidenceComplete",
                        Reason.NodeFeaturesMissing,
                        "no node-feature-discovery",
                        r -> r.report(CLUSTER)));
    }

    private static NodeCpu cordoned(NodeCpu node) {
        return node.on(new NodeHost(NodePlatform.unknown(), node.host().capacity(), List.of(Taint.CORDON)));
    }

    /** A node of so many cores and GiB of memory. */
    private static NodeCpu sized(NodeCpu node, int size) {
        return node.on(
                new NodeHost(NodePlatform.unknown(), new NodeCapacity(size * 1000L, (long) size << 30), List.of()));
    }

    private static Stream<Case> schedulability() {
        return Stream.of(
                is("PinnedSchedulable", Reason.Everywhere, "all nodes", r -> r.report(CLUSTER)),
                not("PinnedSchedulable", Reason.Partly, "an older node came", r -> {
                    r.report(CLUSTER);
                    return r.report(and(CLUSTER, node("n2", NEHALEM)));
                }),
                not("PinnedSchedulable", Reason.Partly, "one is cordoned", r -> {
                    r.report(CLUSTER);
                    return r.report(List.of(CLUSTER.get(0), cordoned(CLUSTER.get(1))));
                }),
                not("PinnedSchedulable", Reason.LowCapacity, "the bigger one of two nodes is cordoned", r -> {
                    r.story.minimumCapacity = 50;
                    r.report(List.of(sized(CLUSTER.get(0), 16), sized(CLUSTER.get(1), 48)));
                    return r.report(List.of(sized(CLUSTER.get(0), 16), cordoned(sized(CLUSTER.get(1), 48))));
                }),
                not("PinnedSchedulable", Reason.Partly, "the smaller one of two nodes is cordoned", r -> {
                    r.story.minimumCapacity = 50;
                    r.report(List.of(sized(CLUSTER.get(0), 16), sized(CLUSTER.get(1), 48)));
                    return r.report(List.of(cordoned(sized(CLUSTER.get(0), 16)), sized(CLUSTER.get(1), 48)));
                }),
                not("PinnedSchedulable", Reason.NowhereSchedulable, "all are cordoned", r -> {
                    r.report(CLUSTER);
                    return r.report(
                            CLUSTER.stream().map(ConditionsTest::cordoned).toList());
                }),
                not("PinnedSchedulable", Reason.NowhereSchedulable, "only older nodes are left", r -> {
                    r.report(CLUSTER);
                    return r.report(nodes(NEHALEM));
                }),
                not("PinnedSchedulable", Reason.ModelObsolete, "the model's label is gone everywhere", r -> {
                    r.report(nodes(SKYLAKE));
                    return r.report(List.of(withoutModel("n0", SKYLAKE, "Skylake-Server")));
                }));
    }

    private static Stream<Case> migration() {
        return Stream.of(
                is("MigrationPossible", Reason.Possible, "two nodes", r -> r.report(CLUSTER)),
                not("MigrationPossible", Reason.SingleNodeDomain, "one node", r -> r.report(nodes(SKYLAKE))),
                not("MigrationPossible", Reason.SingleNodeDomain, "one node that can take the pin", r -> {
                    r.report(CLUSTER);
                    return r.report(nodes(SKYLAKE, NEHALEM, NEHALEM));
                }),
                not("MigrationPossible", Reason.SingleNodeDomain, "all others are cordoned", r -> {
                    r.report(CLUSTER);
                    return r.report(List.of(CLUSTER.get(0), cordoned(CLUSTER.get(1))));
                }),
                not("MigrationPossible", Reason.SingleNodeDomain, "one node of a vendor", r -> {
                    r.story.policy(Policy.open());
                    return r.report(and(CLUSTER, node("n2", NAPLES)));
                }),
                not(
                        "MigrationPossible",
                        Reason.ForeignVendorModel,
                        "two vendors, and KubeVirt keeps to the vendor",
                        r -> {
                            r.story.policy(Policy.open());
                            return r.kubeVirt("v1.8.0").report(nodes(SKYLAKE, ICE_LAKE, NAPLES, NAPLES));
                        }),
                not(
                        "MigrationPossible",
                        Reason.ForeignVendorModel,
                        "two vendors, and nobody knows KubeVirt's version",
                        r -> {
                            r.story.policy(Policy.open());
                            return r.kubeVirt("devel").report(nodes(SKYLAKE, ICE_LAKE, NAPLES, NAPLES));
                        }),
                is(
                        "MigrationPossible",
                        Reason.Possible,
                        "one vendor, whatever KubeVirt does",
                        r -> r.kubeVirt("v1.5.0").report(CLUSTER)),
                not("MigrationPossible", Reason.CrossVendorMigration, "two vendors, and KubeVirt mixes them", r -> {
                    r.story.policy(Policy.open());
                    return r.kubeVirt("v1.7.0").report(nodes(SKYLAKE, ICE_LAKE, NAPLES, NAPLES));
                }),
                not("MigrationPossible", Reason.CrossVendorMigration, "even one node of another vendor", r -> {
                    r.story.policy(Policy.open());
                    return r.kubeVirt("v1.6.3").report(and(CLUSTER, node("n2", NAPLES)));
                }),
                not("MigrationPossible", Reason.NowhereSchedulable, "only older nodes are left", r -> {
                    r.report(CLUSTER);
                    return r.report(nodes(NEHALEM, NEHALEM));
                }),
                not(
                        "MigrationPossible",
                        Reason.ForeignVendorModel,
                        "an Intel model on AMD",
                        r -> r.report(nodes(OPTERON, NAPLES))),
                not(
                        "MigrationPossible",
                        Reason.OldFamilyModel,
                        "a model older than all nodes",
                        r -> r.report(nodes(NAPLES, "ryzen-7-1800x-eight-core"))),
                not("MigrationPossible", Reason.ForeignVendorModel, "also when a candidate would change that", r -> {
                    r.report(nodes(OPTERON, NAPLES));
                    return r.report(nodes(NAPLES, NAPLES));
                }));
    }

    private static Stream<Case> clusterDefault() {
        String type = "ClusterDefaultFits";
        return Stream.of(
                is(
                        type,
                        Reason.Fits,
                        "a default that all nodes have",
                        r -> r.clusterDefault("Skylake-Server-noTSX-IBRS").report(CLUSTER)),
                not(
                        type,
                        Reason.FitsPartly,
                        "a default that the newer node has",
                        r -> r.clusterDefault("Icelake-Server-noTSX").report(CLUSTER)),
                not(
                        type,
                        Reason.FitsNowhere,
                        "a default that KubeVirt calls obsolete",
                        r -> r.clusterDefault("Conroe", "Conroe").report(CLUSTER)),
                not(
                        type,
                        Reason.ClusterDefaultTaken,
                        "a default that an older baseline writes",
                        r -> r.clusterDefault("Conroe")
                                .writesDefault(new Problem(Reason.ClusterDefaultTaken, "As it is."))
                                .report(CLUSTER)),
                is(
                        type,
                        Reason.Fits,
                        "a default that this baseline writes",
                        r -> r.clusterDefault("Skylake-Server-noTSX-IBRS")
                                .writesDefault(null)
                                .report(CLUSTER)));
    }

    /** A status on which somebody has recorded a verification. */
    private static ClusterCpuBaselineStatus verified(Reporting reporting, boolean verified, String revision) {
        reporting.report(CLUSTER);
        return reporting.verified(verified, revision).report(CLUSTER);
    }

    private static Stream<Case> verification() {
        String type = "MigrationsVerified";
        return Stream.of(
                is(type, Reason.Verified, "a run has passed", r -> verified(r, true, "")),
                not(type, Reason.VerificationFailed, "a run has failed", r -> verified(r, false, "")),
                new Case(
                        type,
                        "Unknown",
                        Reason.VerificationOld,
                        "a run of an earlier revision",
                        r -> verified(r, true, "Nehalem-0123456789")));
    }

    @Test
    void the_recorded_verification_is_told_and_carried_and_none_is_no_condition() {
        // Given
        Reporting reporting = new Reporting();
        ClusterCpuBaselineStatus without = reporting.report(CLUSTER);

        // When
        ClusterCpuBaselineStatus failed = verified(reporting, false, "");

        // Then
        assertThat(condition(without, "MigrationsVerified")).isEmpty();
        assertThat(condition(failed, "MigrationsVerified").orElseThrow().message())
                .isEqualTo("A run that ended at 2026-01-02T03:04:05Z: 9 migrations to 6 nodes succeeded in 1 round."
                        + " Wrong: vm-1: its instance is gone. Nothing is raised by itself until a run passes.");
        assertThat(failed.verification()).isNotNull();
        assertThat(StatusReport.remembered(failed).failedVerification()).isNotNull();
    }

    private static Stream<Case> admission() {
        String type = "AdmissionActive";
        return Stream.of(
                is(
                        type,
                        Reason.PolicyBound,
                        "bound",
                        r -> with(r.admission(true, Reason.PolicyBound), Mode.ADMISSION, applied())),
                not(
                        type,
                        Reason.PolicyMissing,
                        "without the policy",
                        r -> with(r.admission(false, Reason.PolicyMissing), Mode.ADMISSION, applied())),
                not(
                        "VirtualMachinesAligned",
                        Reason.PolicyMissing,
                        "without the policy nobody gets it",
                        r -> with(r.admission(false, Reason.PolicyMissing), Mode.ADMISSION, applied())),
                is(
                        "VirtualMachinesAligned",
                        Reason.Aligned,
                        "all that runs has it",
                        r -> with(r.admission(true, Reason.PolicyBound), Mode.ADMISSION, applied())));
    }

    @Test
    void a_default_that_fits_partly_says_how_far_and_an_obsolete_one_why() {
        // When
        ClusterCpuBaselineStatus partly =
                new Reporting().clusterDefault("Icelake-Server-noTSX").report(CLUSTER);
        ClusterCpuBaselineStatus nowhere =
                new Reporting().clusterDefault("Conroe", "Conroe").report(CLUSTER);
        ClusterCpuBaselineStatus hostModel =
                new Reporting().clusterDefault("host-model").report(CLUSTER);

        // Then
        assertThat(condition(partly, "ClusterDefaultFits").orElseThrow().message())
                .isEqualTo(
                        "KubeVirt kubevirt/kubevirt gives Icelake-Server-noTSX to virtual machines that name no model:"
                                + " only 1 of 2 selected nodes (0 of 0 cores; 1 Intel) can take them, so they pile up"
                                + " there. Change spec.configuration.cpuModel of KubeVirt kubevirt/kubevirt.");
        assertThat(condition(nowhere, "ClusterDefaultFits").orElseThrow().message())
                .endsWith("none of the 2 selected nodes can take them. obsoleteCPUModels has it, so KubeVirt labels no"
                        + " node with it. Change spec.configuration.cpuModel of KubeVirt kubevirt/kubevirt.");
        assertThat(condition(hostModel, "ClusterDefaultFits")).isEmpty();
    }

    @Test
    void where_another_operator_manages_kubevirt_its_resource_is_the_one_to_change() {
        // When
        ClusterCpuBaselineStatus status = new Reporting()
                .clusterDefaultOfHyperConverged("Icelake-Server-noTSX")
                .report(CLUSTER);

        // Then
        assertThat(condition(status, "ClusterDefaultFits").orElseThrow().message())
                .startsWith("HyperConverged virt/hco gives Icelake-Server-noTSX to virtual machines")
                .endsWith("Change spec.defaultCPUModel (in hco.kubevirt.io/v1"
                        + " spec.virtualization.virtualMachineOptions.defaultCPUModel) of HyperConverged virt/hco.");
    }

    private static Stream<Case> virtualMachines() {
        String type = "VirtualMachinesAligned";
        Tally refusedAndWaiting = tally(State.REFUSED, Reason.Refused);
        refusedAndWaiting.count(State.PENDING);
        return Stream.of(
                is(type, Reason.Aligned, "all written", r -> with(r, Mode.PATCH, applied())),
                is(type, Reason.Aligned, "none selected", r -> with(r, Mode.PATCH, new Tally())),
                is(
                        type,
                        Reason.Aligned,
                        "some skipped",
                        r -> with(r, Mode.PATCH, tally(State.SKIPPED, Reason.OptedOut))),
                not(type, Reason.Applying, "some to be written", r -> with(r, Mode.PATCH, pending())),
                not(type, Reason.Applying, "others refused", r -> with(r, Mode.PATCH, refusedAndWaiting)),
                not(type, Reason.RolloutHalted, "too many refused", r -> halted(r)),
                not(type, Reason.RolloutHalted, "no node", r -> stuck(r)),
                is("Stalled", Reason.RolloutHalted, "no node", r -> stuck(r)),
                not(type, Reason.AwaitingProof, "no guest has run with it", r -> unproven(r)),
                is("Stalled", Reason.RolloutHalted, "too many refused", r -> halted(r)),
                is(
                        type,
                        Reason.Aligned,
                        "halted, and nothing left",
                        r -> r.rollsOut(applied(), HALTED).report(CLUSTER)),
                not(
                        type,
                        Reason.PendingRestart,
                        "an instance with another CPU",
                        r -> with(r, Mode.PATCH, pendingRestart())),
                not(
                        type,
                        Reason.Conflicting,
                        "a model of a user",
                        r -> with(r, Mode.PATCH, tally(State.CONFLICTING, Reason.Conflicting))),
                is(
                        type,
                        Reason.Aligned,
                        "another baseline's",
                        r -> with(r, Mode.PATCH, tally(State.SKIPPED, Reason.ClaimedByOther))),
                not(
                        type,
                        Reason.Contended,
                        "lost again and again",
                        r -> with(r, Mode.PATCH, tally(State.CONFLICTING, Reason.Contended))),
                not(
                        type,
                        Reason.Refused,
                        "a webhook says no",
                        r -> with(r, Mode.PATCH, tally(State.REFUSED, Reason.Refused))),
                not(
                        type,
                        Reason.Forbidden,
                        "no permission",
                        r -> r.virtualMachines(Mode.PATCH, tally(State.REFUSED, Reason.Forbidden), "may not patch.")
                                .report(CLUSTER)),
                not(
                        type,
                        Reason.Forbidden,
                        "installed without permission",
                        r -> r.virtualMachines(Mode.PATCH, pending(), "not allowed.")
                                .report(CLUSTER)),
                not(type, Reason.Paused, "paused", r -> with(r, Mode.PAUSED, pending())),
                new Case(type, "Unknown", Reason.Observing, "looking only", r -> with(r, Mode.OBSERVE, pending())),
                new Case(
                        type,
                        "Unknown",
                        Reason.KubeVirtMissing,
                        "KubeVirt is gone",
                        r -> with(r.withoutKubeVirt(), Mode.PATCH, new Tally())),
                new Case(
                        type,
                        "Unknown",
                        Reason.KubeVirtMissing,
                        "a kind of KubeVirt is gone",
                        r -> r.unreadableVirtualMachines(
                                        Mode.PATCH,
                                        new Problem(Reason.KubeVirtMissing, "There are no virtualmachines."))
                                .report(CLUSTER)),
                new Case(
                        type,
                        "Unknown",
                        Reason.Forbidden,
                        "virtual machines that may not be read",
                        r -> r.unreadableVirtualMachines(Mode.OBSERVE, MAY_NOT_READ)
                                .report(CLUSTER)));
    }

    /** Counts of what can't be read would say that there is nothing. */
    @Test
    void virtual_machines_that_can_not_be_read_are_not_counted() {
        // When
        ClusterCpuBaselineStatus status = new Reporting()
                .unreadableVirtualMachines(Mode.PATCH, MAY_NOT_READ)
                .report(CLUSTER);

        // Then
        assertThat(status.virtualMachines()).isNull();
        assertThat(condition(status, "Stalled").map(Condition::message)).contains(MAY_NOT_READ.message());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void every_condition_has_its_story(Case story) {
        // When
        ClusterCpuBaselineStatus status = story.told().apply(new Reporting());

        // Then
        assertThat(condition(status, story.type())).hasValueSatisfying(condition -> {
            assertThat(condition.status()).isEqualTo(story.status());
            assertThat(condition.reason()).isEqualTo(story.reason().name());
            assertThat(condition.observedGeneration()).isEqualTo(7L);
            assertThat(condition.lastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
        });
        assertThatConditionsAreSound(status);
    }

    /** What holds for the conditions of any status. */
    static void assertThatConditionsAreSound(ClusterCpuBaselineStatus status) {
        List<String> types = status.conditions().stream().map(Condition::type).toList();
        assertThat(types)
                .doesNotHaveDuplicates()
                .contains("Ready", "CandidatePending", "EvidenceComplete")
                .as("kstatus")
                .doesNotContainSequence("Reconciling", "Stalled")
                .matches(all -> !(all.contains("Reconciling") && all.contains("Stalled")));
        assertThat(types.indexOf("Ready")).isZero();
        for (Condition condition : status.conditions()) {
            assertThat(condition.status()).isIn("True", "False", "Unknown");
            assertThat(Reason.values()).extracting(Reason::name).contains(condition.reason());
            assertThat(condition.message())
                    .as(condition.type())
                    .matches("[A-Za-z0-9\"].*[.?…]|.*spec\\.approvedRevision: \\S+|.* kubectl patch .*}}'")
                    .doesNotContain("null", "  ", "%", "Optional", "[", "@")
                    .hasSizeLessThanOrEqualTo(1024);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void reconciling_is_only_for_what_goes_on_by_itself(Case story) {
        // When
        ClusterCpuBaselineStatus status = story.told().apply(new Reporting());

        // Then
        boolean goesOn = condition(status, "Ready").orElseThrow().reason().equals(Reason.WaitingForEvidence.name())
                || condition(status, "VirtualMachinesAligned")
                        .filter(aligned -> aligned.reason().equals(Reason.Applying.name()))
                        .isPresent();
        assertThat(condition(status, "Reconciling").isPresent()).isEqualTo(goesOn);
    }

    @Test
    void a_transition_time_stays_while_the_status_does_though_reason_and_message_change() {
        // Given
        Reporting reporting = new Reporting();
        reporting.report(CLUSTER);
        reporting.story.after(Duration.ofMinutes(1));

        // When
        ClusterCpuBaselineStatus down =
                reporting.report(CLUSTER.stream().map(Story::notReady).toList());
        reporting.story.after(Duration.ofMinutes(1));
        ClusterCpuBaselineStatus older = reporting.report(nodes(NEHALEM));

        // Then
        assertThat(condition(down, "Ready").orElseThrow().lastTransitionTime()).isEqualTo("2026-01-01T00:01:00Z");
        assertThat(condition(older, "Ready").orElseThrow().lastTransitionTime()).isEqualTo("2026-01-01T00:01:00Z");
        assertThat(condition(down, "EvidenceComplete").orElseThrow().lastTransitionTime())
                .isEqualTo("2026-01-01T00:00:00Z");
        assertThat(condition(older, "CandidatePending").orElseThrow().lastTransitionTime())
                .isEqualTo("2026-01-01T00:02:00Z");
    }

    @Test
    void all_problems_are_told_up_to_three() {
        // Given
        List<Problem> problems = IntStream.range(0, 5)
                .mapToObj(i -> new Problem(Reason.UnknownFeature, "spec.features.require: no feature " + i + "."))
                .toList();

        // When
        ClusterCpuBaselineStatus status = new Reporting().problems(problems).report(CLUSTER);

        // Then
        assertThat(condition(status, "Stalled").orElseThrow().message())
                .isEqualTo("spec.features.require: no feature 0. spec.features.require: no feature 1."
                        + " spec.features.require: no feature 2. And 2 more.");
    }

    @Test
    void a_message_longer_than_anybody_reads_is_cut() {
        // When
        ClusterCpuBaselineStatus status = new Reporting()
                .problem(Reason.UnknownFeature, "spec.features.require: " + "x".repeat(2000) + ".")
                .report(CLUSTER);

        // Then
        String message = condition(status, "Stalled").orElseThrow().message();
        assertThat(message).endsWith("x …");
        assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSize(1024);
    }

    @Test
    void a_write_that_fails_for_now_says_what_it_waits_for() {
        // Given
        Tally tally = applied();
        tally.countRetried("shop/web", "failed calling webhook: connection refused");
        tally.countRetried("shop/db", "failed calling webhook: connection refused");
        tally.countRetried("shop/mail", "too many requests");

        // When
        ClusterCpuBaselineStatus status = with(new Reporting(), Mode.PATCH, tally);

        // Then
        assertThat(condition(status, "VirtualMachinesAligned").orElseThrow().message())
                .isEqualTo(
                        "4 selected: 1 applied, 3 pending, 0 conflicting, 0 refused, 0 skipped. Tried again: shop/db:"
                                + " failed calling webhook: connection refused");
    }

    @Test
    void what_is_given_back_is_told_beside_what_is_selected() {
        // Given
        Tally leaving = new Tally();
        leaving.count(Tally.State.PENDING);
        leaving.count(Tally.State.CONFLICTING, Reason.ReleaseIncomplete, "shop/db");
        leaving.count(Tally.State.REFUSED);

        // When
        ClusterCpuBaselineStatus status = with(new Reporting().leaving(leaving), Mode.OBSERVE, applied());

        // Then
        assertThat(condition(status, "VirtualMachinesAligned").orElseThrow().message())
                .isEqualTo(
                        "Mode Observe writes no baseline. 1 selected: 1 applied, 0 pending, 0 conflicting, 0 refused, 0 skipped."
                                + " 1 that are not to have it any more are still to be given back."
                                + " 1 keep the model, since somebody else requires features in them (shop/db)."
                                + " 1 can't be given back: the write is refused.");
    }

    @Test
    void nodes_that_lack_the_pin_or_are_unknown_are_named() {
        // Given
        Reporting reporting = new Reporting();
        reporting.report(CLUSTER);

        // When
        ClusterCpuBaselineStatus status = reporting.report(and(
                CLUSTER,
                node("n2", NEHALEM),
                frozen(node("n3", SKYLAKE)),
                unlabelled(node("n4", SKYLAKE)),
                unlabelled(node("n5", SKYLAKE)),
                unlabelled(node("n6", SKYLAKE)),
                unlabelled(node("n7", SKYLAKE))));

        // Then
        assertThat(condition(status, "PinnedSchedulable").orElseThrow().message())
                .contains(" 1 lacks what it needs (n2): cpu-model.node.kubevirt.io/Skylake-Server-noTSX-IBRS,"
                        + " cpu-feature.node.kubevirt.io/arch-capabilities, cpu-feature.node.kubevirt.io/ssbd"
                        + " and ");
        assertThat(condition(status, "EvidenceComplete").orElseThrow().message())
                .isEqualTo("5 of 8 selected nodes are unknown: KubeVirtLabelsMissing 4 (n4, n5, n6, …); LabelsFrozen 1"
                        + " (n3).");
    }

    @Test
    void one_node_is_spoken_of_as_one() {
        // When
        ClusterCpuBaselineStatus status = new Reporting().report(List.of(discovered("n0", SKYLAKE)));

        // Then
        assertThat(condition(status, "EvidenceComplete").orElseThrow().message())
                .isEqualTo("The only selected node is known.");
        assertThat(condition(status, "PinnedSchedulable").orElseThrow().message())
                .startsWith("The only selected node can take a virtual machine with ");
        assertThat(condition(status, "MigrationPossible").orElseThrow().message())
                .startsWith("Only one node of Intel can take this baseline: ");
    }

    @Test
    void one_node_of_each_of_two_vendors_is_said_so() {
        // Given
        Reporting reporting = new Reporting();
        reporting.story.policy(Policy.open());

        // When
        ClusterCpuBaselineStatus status = reporting.report(nodes("node-i5-13500", "node-ryzen7-5700x"));

        // Then
        assertThat(condition(status, "MigrationPossible").orElseThrow().message())
                .startsWith("Only one node each of AMD and Intel can take this baseline: ");
    }

    @Test
    void reconciling_ends_with_a_roll_out_and_does_not_come_back_for_a_new_virtual_machine() {
        // Given: a baseline is rolled out
        Reporting reporting = new Reporting();
        ClusterCpuBaselineStatus rollsOut = with(reporting, Mode.PATCH, pending());
        ClusterCpuBaselineStatus goesOn = with(reporting, Mode.PATCH, pending());
        ClusterCpuBaselineStatus done = with(reporting, Mode.PATCH, applied());

        // When: one is created
        ClusterCpuBaselineStatus one = with(reporting, Mode.PATCH, pending());

        // Then
        assertThat(Stream.of(rollsOut, goesOn, done, one)
                        .map(status -> condition(status, "Reconciling").isPresent()))
                .containsExactly(true, true, false, false);
        assertThat(condition(one, "VirtualMachinesAligned").orElseThrow().reason())
                .isEqualTo("Applying");
    }

    private static final Progress HALTED = new Progress(
            Map.of(Hold.HALTED, 1),
            0,
            List.of(),
            Duration.ZERO,
            "11 writes in a row were refused. Mend what refuses them.",
            Optional.empty());

    private static ClusterCpuBaselineStatus halted(Reporting reporting) {
        return reporting.rollsOut(pending(), HALTED).report(CLUSTER);
    }

    private static ClusterCpuBaselineStatus stuck(Reporting reporting) {
        return stuck(reporting, CLUSTER);
    }

    private static ClusterCpuBaselineStatus stuck(Reporting reporting, List<NodeCpu> nodes) {
        Stuck stuck = new Stuck(
                2,
                "shop/web",
                "0/7 nodes are available: 7 node(s) didn't match Pod's node affinity/selector. preemption: none.");
        return reporting
                .rollsOut(
                        pending(),
                        new Progress(Map.of(Hold.HALTED, 1), 0, List.of(), Duration.ZERO, "", Optional.of(stuck)))
                .report(nodes);
    }

    private static ClusterCpuBaselineStatus unproven(Reporting reporting) {
        return reporting
                .rollsOut(
                        pending(),
                        new Progress(
                                Map.of(Hold.PROOF, 1),
                                0,
                                List.of("", "Intel"),
                                Duration.ofMinutes(5),
                                "",
                                Optional.empty()))
                .report(CLUSTER);
    }

    @Test
    void a_guest_that_finds_no_node_is_named_with_why_and_the_way_out() {
        // When
        ClusterCpuBaselineStatus status = stuck(new Reporting());

        // Then
        assertThat(condition(status, "Stalled").orElseThrow().message())
                .startsWith("shop/web and 1 more can't be scheduled with ")
                .contains("0/7 nodes are available");
        assertThat(condition(status, "Reconciling")).isEmpty();
    }

    @Test
    void a_halt_offers_only_what_can_be_approved() {
        // Given one pinned after another
        Reporting reporting = new Reporting();
        reporting.report(nodes(SKYLAKE));
        String first = reporting.story.pinnedRevision();
        reporting.story.policy(Story.excluding("avx512f"));
        reporting.report(nodes(SKYLAKE));
        reporting.story.approve(reporting.story.candidateRevision());
        reporting.report(nodes(SKYLAKE));
        assertThat(reporting.story.pinnedRevision()).isNotEqualTo(first);

        // Then the first is the way back as long as a node can take it
        assertThat(stalled(stuck(reporting, nodes(SKYLAKE)))).endsWith("; or go back, spec.approvedRevision: " + first);

        // And the candidate is, where none can
        ClusterCpuBaselineStatus lost = stuck(
                reporting, List.of(withoutModel("skylake", SKYLAKE, "Skylake"), withoutModel("b", SKYLAKE, "Skylake")));
        assertThat(stalled(lost))
                .endsWith("; or take the candidate, spec.approvedRevision: " + reporting.story.candidateRevision());
        assertThat(lost.candidate()).isNotNull();
    }

    private static String stalled(ClusterCpuBaselineStatus status) {
        return condition(status, "Stalled").orElseThrow().message();
    }

    @Test
    void a_proof_that_is_waited_for_is_told_with_what_to_do_and_nobody_waits_for_it() {
        // When
        ClusterCpuBaselineStatus status = unproven(new Reporting());

        // Then
        assertThat(condition(status, "VirtualMachinesAligned").orElseThrow().message())
                .endsWith(
                        " 1 wait for a proof: no guest has run with it for 5 min yet on Intel. Start or restart one of those that have it; where none can be, raise rollout.maxUnproven.");
        assertThat(condition(status, "Reconciling")).isEmpty();
        assertThat(condition(status, "Stalled")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "MAX_UPDATED, 0, false, 1 wait until rollout.maxUpdated is raised.",
        "NONE, 1, false, 1 wait until they are stopped (rollout.when: WhenStopped).",
        "PER_MINUTE, 0, true, 1 wait for their turn (rollout.maxPerMinute).",
    })
    void reconciling_is_not_for_what_waits_until_somebody_acts(Hold hold, int running, boolean goesOn, String words) {
        // When
        ClusterCpuBaselineStatus status = new Reporting()
                .rollsOut(
                        pending(),
                        new Progress(
                                Map.of(hold, 1 - running), running, List.of(), Duration.ZERO, "", Optional.empty()))
                .report(CLUSTER);

        // Then
        assertThat(condition(status, "Reconciling").isPresent()).isEqualTo(goesOn);
        Condition aligned = condition(status, "VirtualMachinesAligned").orElseThrow();
        assertThat(aligned.reason()).isEqualTo("Applying");
        assertThat(aligned.message()).contains(words);
    }

    @Test
    void reconciling_comes_back_with_a_new_pin() {
        // Given
        Reporting reporting = new Reporting();
        with(reporting, Mode.PATCH, applied());

        // When
        ClusterCpuBaselineStatus moved = approved(reporting, nodes(SKYLAKE))
                .virtualMachines(Mode.PATCH, pending())
                .report(nodes(SKYLAKE));

        // Then
        assertThat(condition(moved, "Reconciling").orElseThrow().reason()).isEqualTo("ApplyingToVirtualMachines");
    }

    @Test
    void reconciling_comes_back_with_a_new_spec() {
        // Given
        Reporting reporting = new Reporting();
        with(reporting, Mode.OBSERVE, pending());

        // When
        ClusterCpuBaselineStatus edited =
                reporting.edited().virtualMachines(Mode.PATCH, pending()).report(CLUSTER);

        // Then
        assertThat(condition(edited, "Reconciling").orElseThrow().reason()).isEqualTo("ApplyingToVirtualMachines");
    }

    @Test
    void a_fleet_of_older_nodes_is_not_taken_for_an_obsolete_model() {
        // Given
        Reporting reporting = new Reporting();
        reporting.report(nodes(SKYLAKE));

        // When
        ClusterCpuBaselineStatus status = reporting.report(
                List.of(node("n0", SKYLAKE), node("n1", NEHALEM)).subList(1, 2));

        // Then
        assertThat(condition(status, "PinnedSchedulable").orElseThrow().reason())
                .isEqualTo(Reason.NowhereSchedulable.name());
    }

    @Test
    void outside_a_cluster_there_are_no_times_and_no_virtual_machines() {
        // When
        ClusterCpuBaselineStatus status = StatusReport.of(
                ObservationBuilder.observation(
                                Story.PLANNER.plan(Story.PLANNER.assess(CLUSTER, Policy.open(), null), Policy.open()),
                                new Reporting().story.decide(CLUSTER))
                        .outsideACluster()
                        .build(),
                null);

        // Then
        assertThat(status.conditions())
                .extracting(Condition::type)
                .containsExactly(
                        "Ready", "CandidatePending", "EvidenceComplete", "PinnedSchedulable", "MigrationPossible");
        assertThat(status.conditions()).allMatch(condition -> condition.lastTransitionTime() == null);
    }

    private static String message(ClusterCpuBaselineStatus status, String type) {
        return condition(status, type).map(Condition::message).orElse("");
    }

    private static Reporting mixed() {
        Reporting reporting = new Reporting();
        reporting.story.policy(Policy.open());
        return reporting;
    }

    @Test
    void a_foreign_model_in_a_mixed_fleet_counts_the_nodes_and_names_what_their_guests_lose() {
        assertThat(message(mixed().report(nodes(SKYLAKE, ICE_LAKE, NAPLES, NAPLES, NAPLES)), "MigrationPossible"))
                .contains("is Intel's, and 3 of 5 nodes are of AMD")
                .contains("leave out the mitigations of RETBleed, SRSO and the SMT topology")
                .contains("A baseline per vendor has none of this.");
    }

    @Test
    void what_guests_lose_by_a_foreign_model_stands_beside_what_is_worse() {
        // Given
        List<NodeCpu> mixed = and(CLUSTER, node("n2", NAPLES));

        // When
        String lonely = message(mixed().report(mixed), "MigrationPossible");
        String crossing = message(mixed().kubeVirt("v1.6.3").report(mixed), "MigrationPossible");

        // Then
        assertThat(lonely).startsWith("Only one node of AMD").contains("1 of 3 nodes is of AMD", "RETBleed");
        assertThat(crossing).startsWith("KubeVirt v1.6.3 may migrate").contains("1 of 3 nodes is of AMD", "RETBleed");
    }

    @Test
    void an_old_models_family_is_named_with_what_guests_lose_and_what_stands_in_the_way() {
        assertThat(message(new Reporting().report(nodes(NAPLES, "ryzen-7-1800x-eight-core")), "MigrationPossible"))
                .startsWith("Opteron_G3 is CPU family 16, and the nodes are of family 23 or newer")
                .contains("leaves out the mitigations of RETBleed, SRSO and the SMT topology")
                .contains("is not possible because n", "by nodeSelector");
    }

    @Test
    void mitigations_that_a_few_nodes_withhold_are_told_with_these_nodes() {
        // Given
        CpuEvidence whole = Fleets.host(SKYLAKE);
        FeatureSet microcode = FeatureSet.of("spec-ctrl", "stibp", "ssbd", "md-clear");
        TreeSet<String> models = new TreeSet<>(whole.labelledModels());
        models.removeIf(name -> Story.PLANNER
                .catalog()
                .model(name)
                .map(model -> !model.features().intersect(microcode).isEmpty())
                .orElse(false));
        CpuEvidence without = new CpuEvidence(
                whole.labelledFeatures().minus(microcode), models, whole.labelledVendors(), whole.silicon());
        List<NodeCpu> fleet =
                List.of(node("n0", whole), node("n1", whole), node("old-1", without), node("old-2", without));

        // When
        String ready = message(new Reporting().report(fleet), "Ready");

        // Then
        assertThat(ready)
                .contains("Guests go without mitigations that other Intel nodes have, since 2 lack them (old-1, old-2)")
                .contains(
                        "md-clear spec-ctrl ssbd stibp: it comes with microcode and a kernel that knows it: update the firmware");
        assertThat(message(new Reporting().report(nodes(SKYLAKE, SKYLAKE)), "Ready"))
                .doesNotContain("Guests go without");
    }
}
