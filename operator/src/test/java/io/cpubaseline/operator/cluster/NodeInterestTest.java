package io.cpubaseline.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Fleets;
import io.cpubaseline.Selector;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.evidence.NodeFacts;
import io.cpubaseline.evidence.NodeFeatureFacts;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeHost;
import io.cpubaseline.fleet.NodePlatform;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
import io.cpubaseline.operator.watch.Views;
import io.cpubaseline.operator.watch.WatchedKind.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which baselines are woken by a change of a node. */
class NodeInterestTest {

    private static final CpuEvidence SKYLAKE = Fleets.host("xeon-gold-6130");
    private static final CpuEvidence BROADWELL = Fleets.host("xeon-e5-2650-v4");
    private static final CpuEvidence ROME = Fleets.host("epyc-7601-32-core");

    private final List<String> woken = new ArrayList<>();
    private final Map<String, NodeFacts> nodes = new TreeMap<>();
    private final NodeInterests interests = new NodeInterests(new NodeViews(), woken::add, () -> woken.add("all"));

    private final class NodeViews implements Views<NodeFacts> {
        @Override
        public State state() {
            return State.SYNCED;
        }

        @Override
        public List<NodeFacts> list() {
            throw new AssertionError("a change of one node is no reason to look at all");
        }

        @Override
        public Optional<NodeFacts> get(String namespace, String name) {
            return Optional.ofNullable(nodes.get(name));
        }
    }

    /** A healthy node of a pool, but for what is said. */
    private record Host(
            String uid, CpuEvidence evidence, Truth schedulable, NodeHost host, Map<String, String> labels) {

        static Host in(String pool) {
            return new Host("u", SKYLAKE, Truth.YES, NodeHost.unknown(), Map.of("pool", pool));
        }

        Host with(String key, String value) {
            Map<String, String> more = new TreeMap<>(labels);
            more.put(key, value);
            return new Host(uid, evidence, schedulable, host, more);
        }

        Host of(CpuEvidence other) {
            return new Host(uid, other, schedulable, host, labels);
        }

        Host schedulable(Truth other) {
            return new Host(uid, evidence, other, host, labels);
        }

        Host withCores(long cores) {
            return new Host(uid, evidence, schedulable, on(host.platform(), cores), labels);
        }

        Host withTsc(long frequency) {
            return new Host(uid, evidence, schedulable, on(new NodePlatform(Set.of(), frequency, false), 8), labels);
        }

        private static NodeHost on(NodePlatform platform, long cores) {
            return new NodeHost(platform, new NodeCapacity(cores * 1_000, 1 << 30), List.of());
        }

        Host createdAgain() {
            return new Host("another", evidence, schedulable, host, labels);
        }

        NodeFacts facts() {
            return new NodeFacts(
                    "node",
                    uid,
                    "1",
                    Instant.EPOCH,
                    "boot",
                    "amd64",
                    true,
                    evidence,
                    Truth.YES,
                    Instant.EPOCH,
                    schedulable,
                    false,
                    false,
                    Truth.YES,
                    host,
                    labels);
        }
    }

    private static NodeFeatureFacts feature(String namespace, Silicon silicon) {
        return new NodeFeatureFacts(namespace, "node", "1", Instant.EPOCH, "node", "v0.19.0", silicon, "6", "85");
    }

    private static NodeInterest pool(String name, boolean names) {
        return new NodeInterest(new Selector(Map.of("pool", name), List.of()), names, Set.of());
    }

    @BeforeEach
    void baselines() {
        interests.looksAt("a", pool("a", false));
        interests.looksAt("b", pool("b", false));
        interests.looksAt("naming", pool("c", true));
        interests.looksAt("nothing", new NodeInterest(null, false, Set.of()));
    }

    private List<String> woken(@Nullable Host before, @Nullable Host after) {
        woken.clear();
        interests.nodeChanged(before == null ? null : before.facts(), after == null ? null : after.facts());
        return woken.stream().sorted().toList();
    }

    @Test
    void evidence_wakes_those_that_select_the_node_and_those_that_name_cpus() {
        assertThat(woken(Host.in("a"), Host.in("a").of(BROADWELL))).containsExactly("a", "naming");
    }

    @Test
    void health_capacity_and_taints_wake_those_that_select_the_node() {
        assertThat(woken(Host.in("a"), Host.in("a").schedulable(Truth.NO))).containsExactly("a");
        assertThat(woken(Host.in("a").withCores(8), Host.in("a").withCores(16))).containsExactly("a");
    }

    @Test
    void a_node_that_changes_pools_wakes_both() {
        assertThat(woken(Host.in("a"), Host.in("b"))).containsExactly("a", "b");
    }

    @Test
    void a_label_that_nobody_looks_at_wakes_nobody() {
        assertThat(woken(Host.in("a"), Host.in("a").with("rack", "7"))).isEmpty();
    }

    @Test
    void an_odd_value_that_is_shown_wakes_those_that_select_the_node() {
        assertThat(woken(Host.in("a"), Host.in("a").with("kubevirt.io/schedulable", "maybe")))
                .containsExactly("a");
    }

    @Test
    void a_label_by_which_virtual_machines_select_nodes_wakes_their_baseline() {
        // When
        interests.selectingBy("a", Set.of("rack"));

        // Then: it looks once more, since the label may have changed before anybody asked
        assertThat(woken).containsExactly("a");
        assertThat(woken(Host.in("a"), Host.in("a").with("rack", "7"))).containsExactly("a");
        assertThat(woken(Host.in("b"), Host.in("b").with("rack", "7"))).isEmpty();

        // When it is looked at again, and in the end nobody selects by it
        interests.looksAt("a", pool("a", false));
        assertThat(woken(Host.in("a"), Host.in("a").with("rack", "7"))).containsExactly("a");
        woken.clear();
        interests.selectingBy("a", Set.of());

        // Then
        assertThat(woken).isEmpty();
        assertThat(woken(Host.in("a"), Host.in("a").with("rack", "7"))).isEmpty();
    }

    @Test
    void what_counts_across_selections_wakes_all() {
        assertThat(woken(null, Host.in("a"))).containsExactly("all");
        assertThat(woken(Host.in("a"), null)).containsExactly("all");
        assertThat(woken(Host.in("a"), Host.in("a").createdAgain())).containsExactly("all");
        assertThat(woken(Host.in("a"), Host.in("a").of(ROME))).containsExactly("all");
        assertThat(woken(Host.in("a").withTsc(2_000), Host.in("a").withTsc(3_000)))
                .containsExactly("all");
        assertThat(woken(
                        Host.in("a").withTsc(2_000), Host.in("a").withTsc(2_000).schedulable(Truth.NO)))
                .containsExactly("all");
    }

    @Test
    void one_that_is_gone_is_woken_no_more() {
        // When
        interests.forget("a");

        // Then
        assertThat(woken(Host.in("a"), Host.in("a").schedulable(Truth.NO))).isEmpty();
    }

    private static Silicon silicon(String vendor, String... flags) {
        return new Silicon(Silicon.Source.NODE_FEATURE, FeatureSet.of(flags), AbiLevel.V1, vendor);
    }

    @Test
    void a_node_feature_wakes_those_that_select_its_node() {
        // Given
        nodes.put("node", Host.in("a").facts());
        Silicon less = silicon("Intel", "avx");
        Silicon more = silicon("Intel", "avx", "avx2");

        // When
        interests.nodeFeatureChanged(feature("nfd", less), feature("nfd", more));
        interests.nodeFeatureChanged(feature("nfd", less), feature("nfd", less));

        // Then
        assertThat(woken).containsExactly("a");
    }

    @Test
    void a_node_feature_that_comes_goes_or_is_of_another_vendor_wakes_all() {
        // When
        interests.nodeFeatureChanged(null, feature("nfd", silicon("Intel", "avx")));
        interests.nodeFeatureChanged(feature("nfd", silicon("Intel", "avx")), null);
        interests.nodeFeatureChanged(feature("nfd", silicon("Intel", "avx")), feature("nfd", silicon("AMD", "avx")));

        // Then
        assertThat(woken).containsExactly("all", "all", "all");
    }
}
