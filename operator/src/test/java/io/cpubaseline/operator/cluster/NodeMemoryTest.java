package io.cpubaseline.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.baseline.Policy;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FlagNames;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.evidence.EvidenceReader;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Fleet;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is remembered of nodes: what their labels said, and since when they have been unknown. */
class NodeMemoryTest {

    private static final Planner PLANNER = new Planner(CatalogLoader.selection());
    private static final CpuEvidence SKYLAKE = Fleets.host("xeon-gold-6130");
    private static final CpuEvidence BROADWELL = Fleets.host("xeon-e5-2650-v4");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final NodeMemory memory = new NodeMemory(new EvidenceReader(PLANNER.catalog(), FlagNames.shipped()), "");

    /** A healthy node with these labels, in its first boot, but for what is said. */
    private record Host(
            String name,
            String uid,
            String bootId,
            CpuEvidence evidence,
            Truth ready,
            boolean olderThanBoot,
            Truth kvm) {

        static Host of(String name, CpuEvidence evidence) {
            return new Host(name, "uid-of-" + name, "boot-1", evidence, Truth.YES, false, Truth.YES);
        }

        Host unlabelled() {
            return new Host(name, uid, bootId, CpuEvidence.nothing(), ready, olderThanBoot, kvm);
        }

        Host labelled(CpuEvidence other) {
            return new Host(name, uid, bootId, other, ready, olderThanBoot, kvm);
        }

        Host recreated() {
            return new Host(name, uid + "-2", bootId, evidence, ready, olderThanBoot, kvm);
        }

        Host booted(String boot, boolean labelsOlder) {
            return new Host(name, uid, boot, evidence, ready, labelsOlder, kvm);
        }

        Host withoutKvm() {
            return new Host(name, uid, bootId, evidence, ready, olderThanBoot, Truth.NO);
        }

        /** Without any label at all. */
        NodeFacts bare() {
            NodeFacts facts = facts();
            return new NodeFacts(
                    facts.name(),
                    facts.uid(),
                    facts.resourceVersion(),
                    facts.created(),
                    facts.bootId(),
                    facts.architecture(),
                    facts.linux(),
                    facts.evidence(),
                    facts.ready(),
                    facts.readySince(),
                    Truth.UNKNOWN,
                    facts.frozen(),
                    facts.labelsOlderThanBoot(),
                    facts.kvm(),
                    facts.host(),
                    facts.labels());
        }

        NodeFacts facts() {
            return new NodeFacts(
                    name,
                    uid,
                    "1",
                    START,
                    bootId,
                    "amd64",
                    true,
                    evidence,
                    ready,
                    START,
                    Truth.YES,
                    false,
                    olderThanBoot,
                    kvm,
                    NodeHost.unknown(),
                    Map.of());
        }
    }

    private List<NodeCpu> see(Host... hosts) {
        return memory.nodes(List.of(hosts).stream().map(Host::facts).toList(), List.of());
    }

    private NodeCpu seeOne(Host host) {
        return see(host).get(0);
    }

    private @Nullable Instant unknownSince(Instant now, Host... hosts) {
        Fleet fleet = PLANNER.assess(see(hosts), Policy.open(), null);
        return memory.unknownSince(fleet, now);
    }

    private final Host node = Host.of("n1", SKYLAKE);

    @Test
    void nodes_are_sorted_by_name_and_joined_with_their_NodeFeatures() {
        // Given
        Silicon silicon = new Silicon(Silicon.Source.NODE_FEATURE, FeatureSet.of("avx2"), AbiLevel.V2, "Intel");
        NodeFeatureFacts feature = new NodeFeatureFacts("nfd", "n2", "1", START, "n2", "v0.19.0", silicon, "6", "85");

        // When
        List<NodeCpu> nodes = memory.nodes(List.of(Host.of("n2", SKYLAKE).facts(), node.facts()), List.of(feature));

        // Then
        assertThat(nodes).extracting(NodeCpu::name).containsExactly("n1", "n2");
        assertThat(nodes.get(0).evidence().silicon()).isEqualTo(Silicon.unknown());
        assertThat(nodes.get(1).evidence().silicon()).isEqualTo(silicon);
    }

    @Test
    void labels_that_go_are_remembered() {
        // Given
        see(node);

        // When
        NodeCpu unlabelled = seeOne(node.unlabelled());

        // Then
        assertThat(unlabelled.evidence()).isEqualTo(CpuEvidence.nothing());
        assertThat(unlabelled.lastKnown()).isEqualTo(SKYLAKE);
        assertThat(seeOne(node).lastKnown()).isNull();
    }

    @Test
    void the_last_labels_are_the_ones_that_are_remembered() {
        // Given
        see(node);
        see(node.labelled(BROADWELL));

        // When
        NodeCpu unlabelled = seeOne(node.unlabelled());

        // Then
        assertThat(unlabelled.lastKnown()).isEqualTo(BROADWELL);
    }

    @Test
    void a_node_that_turns_out_not_to_be_KubeVirts_is_forgotten_as_unknown() {
        // Given a node without anything of KubeVirt's, as long as it is new
        NodeFacts bare = node.unlabelled().bare();
        List<NodeCpu> nodes = memory.nodes(List.of(bare), List.of());
        Fleet young = PLANNER.assess(nodes, Policy.open(), null, START.minus(MINUTE));
        assertThat(memory.unknownSince(young, START)).isEqualTo(START);

        // When
        Fleet old = PLANNER.assess(nodes, Policy.open(), null, START);

        // Then
        assertThat(memory.unknownSince(old, START.plus(MINUTE))).isNull();
        assertThat(memory.unknownSince(young, START.plus(MINUTE))).isEqualTo(START.plus(MINUTE));
    }

    @Test
    void another_node_of_the_same_name_inherits_nothing() {
        // Given
        see(node);

        // When
        NodeCpu other = seeOne(node.recreated().unlabelled());

        // Then
        assertThat(other.lastKnown()).isNull();
    }

    @Test
    void another_boot_inherits_nothing() {
        // Given
        see(node);

        // When
        NodeCpu rebooted = seeOne(node.booted("boot-2", false).unlabelled());

        // Then
        assertThat(rebooted.lastKnown()).isNull();
    }

    @Test
    void labels_left_over_from_an_earlier_boot_are_not_taken_for_those_of_this_one() {
        // Given
        see(node.booted("boot-2", true));

        // When
        NodeCpu unlabelled = seeOne(node.booted("boot-2", false).unlabelled());

        // Then
        assertThat(unlabelled.lastKnown()).isNull();
    }

    @Test
    void a_node_that_left_is_forgotten() {
        // Given
        see(node);
        see();

        // When
        NodeCpu back = seeOne(node.unlabelled());

        // Then
        assertThat(back.lastKnown()).isNull();
    }

    @Test
    void a_node_is_unknown_since_it_was_first_seen_so() {
        // Given
        Instant first = unknownSince(START, node.unlabelled());

        // When
        Instant later = unknownSince(START.plus(MINUTE), node.unlabelled());

        // Then
        assertThat(first).isEqualTo(START);
        assertThat(later).isEqualTo(START);
    }

    @Test
    void the_latest_unknown_node_counts() {
        // Given
        unknownSince(START, node.unlabelled());

        // When
        Instant since = unknownSince(
                START.plus(MINUTE), node.unlabelled(), Host.of("n2", SKYLAKE).unlabelled());

        // Then
        assertThat(since).isEqualTo(START.plus(MINUTE));
    }

    @Test
    void no_unknown_node_no_time() {
        assertThat(unknownSince(START, node)).isNull();
        assertThat(unknownSince(START)).isNull();
    }

    @Test
    void a_node_that_was_known_in_between_is_unknown_anew() {
        // Given
        unknownSince(START, node.unlabelled());
        unknownSince(START.plus(MINUTE), node);

        // When
        Instant since = unknownSince(START.plus(MINUTE.multipliedBy(2)), node.unlabelled());

        // Then
        assertThat(since).isEqualTo(START.plus(MINUTE.multipliedBy(2)));
    }

    @Test
    void a_node_that_was_known_to_be_unfit_in_between_is_unknown_anew() {
        // Given
        unknownSince(START, node.unlabelled());
        unknownSince(START.plus(MINUTE), node.withoutKvm());

        // When
        Instant since = unknownSince(START.plus(MINUTE.multipliedBy(2)), node.unlabelled());

        // Then
        assertThat(since).isEqualTo(START.plus(MINUTE.multipliedBy(2)));
    }

    @Test
    void a_youngnode_of_the_same_name_has_its_own_time() {
        // Given
        unknownSince(START, node.unlabelled());

        // When
        Instant since = unknownSince(START.plus(MINUTE), node.recreated().unlabelled());

        // Then
        assertThat(since).isEqualTo(START.plus(MINUTE));
    }

    @Test
    void two_fleets_share_what_is_known_of_a_node() {
        // Given
        unknownSince(START, node.unlabelled());
        Fleet elsewhere = PLANNER.assess(List.of(), Policy.open(), null);
        assertThat(memory.unknownSince(elsewhere, START.plus(MINUTE))).isNull();

        // When
        Instant since = unknownSince(START.plus(MINUTE), node.unlabelled());

        // Then
        assertThat(since).isEqualTo(START);
    }
}
