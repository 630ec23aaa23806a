package io.cpubaseline.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.HostFlags;
import io.cpubaseline.cpu.CpuCatalog;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.NodeCapacity;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import io.cpubaseline.fleet.Truth;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What hosts tell becomes what KubeVirt's node-labeller would write, and says of itself whether it is proven. */
class HostsEvidenceTest {

    private static final CpuCatalog CATALOG = CatalogLoader.catalog();
    private static final FeatureSet HASWELL =
            CATALOG.model("Haswell-noTSX").orElseThrow().features();

    private final HostEvidence evidence = new HostEvidence(CATALOG, HostFlags.shipped());

    private static HostFacts host(HostFacts.Proof proof, FeatureSet features, boolean emulated, String... models) {
        return new HostFacts(
                "h",
                proof,
                "Intel",
                features,
                new TreeSet<>(List.of(models)),
                new NodeCapacity(8_000, 0),
                false,
                emulated,
                new TreeSet<>(),
                List.of());
    }

    @Test
    void of_hardware_the_models_are_those_to_expect_and_it_says_so() {
        // When: the flags lack what KVM gives by itself
        NodeCpu node = evidence.node(host(
                HostFacts.Proof.HARDWARE,
                HASWELL.minus(FeatureSet.of("hypervisor", "x2apic", "tsc-deadline", "arat"))
                        .with("monitor"),
                false));

        // Then
        CpuEvidence labels = node.evidence();
        assertThat(labels.expected()).isTrue();
        assertThat(labels.labelledModels())
                .contains("Haswell-noTSX", "SandyBridge")
                .doesNotContain("Haswell");
        assertThat(labels.labelledFeatures().names()).contains("avx2").doesNotContain("monitor");
        assertThat(labels.silicon().source()).isEqualTo(Silicon.Source.HARDWARE);
        assertThat(labels.silicon().present().names()).contains("monitor");
        assertThat(labels.silicon().provenLevel()).hasToString("x86-64-v3");
        assertThat(node.labels())
                .containsEntry("cpu-vendor.node.kubevirt.io/Intel", "true")
                .containsEntry("cpu-model.node.kubevirt.io/Haswell-noTSX", "true")
                .containsEntry("kubernetes.io/hostname", "h");
        assertThat(node.host().capacity().cores()).isEqualTo(8);
    }

    @Test
    void of_a_hypervisor_the_models_are_those_that_it_names() {
        // When
        CpuEvidence labels = evidence.node(host(HostFacts.Proof.HYPERVISOR, HASWELL, false, "Haswell-noTSX"))
                .evidence();

        // Then
        assertThat(labels.expected()).isFalse();
        assertThat(labels.labelledModels()).containsExactly("Haswell-noTSX");
        assertThat(labels.silicon().present().isEmpty()).isTrue();
    }

    @Test
    void of_a_hypervisor_that_names_none_they_are_those_whose_features_it_gives() {
        // When
        CpuEvidence labels =
                evidence.node(host(HostFacts.Proof.HYPERVISOR, HASWELL, false)).evidence();

        // Then
        assertThat(labels.labelledModels()).contains("Haswell-noTSX", "Nehalem").doesNotContain("Haswell");
    }

    @Test
    void an_emulator_is_no_kvm() {
        assertThat(evidence.node(host(HostFacts.Proof.HYPERVISOR, HASWELL, true))
                        .kvm())
                .isEqualTo(Truth.NO);
        assertThat(evidence.node(host(HostFacts.Proof.HARDWARE, HASWELL, false)).kvm())
                .isEqualTo(Truth.YES);
    }

    @Test
    void hosts_of_the_same_cpu_share_one_object() {
        assertThat(evidence.node(host(HostFacts.Proof.HARDWARE, HASWELL, false)).evidence())
                .isSameAs(evidence.node(
                                host(HostFacts.Proof.HARDWARE, HASWELL, false).named("other"))
                        .evidence());
    }
}
