package io.cpubaseline.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.Reason;
import io.cpubaseline.baseline.Planner;
import io.cpubaseline.catalog.CatalogLoader;
import io.cpubaseline.catalog.FactTables;
import io.cpubaseline.cpu.AbiLevel;
import io.cpubaseline.cpu.FeatureSet;
import io.cpubaseline.explain.Lack.By;
import io.cpubaseline.explain.Standing.Gives;
import io.cpubaseline.explain.Standing.Lacks;
import io.cpubaseline.explain.Standing.Proof;
import io.cpubaseline.fleet.CpuClass;
import io.cpubaseline.fleet.CpuEvidence;
import io.cpubaseline.fleet.Eligibility.State;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.fleet.Silicon;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a node lacks a flag: a case for each cause that can be told apart. */
class StandingsTest {

    private static final Planner PLANNER = new Planner(CatalogLoader.selection());
    private static final Standings STANDINGS = new Standings(PLANNER, FactTables.shipped());

    private static CpuEvidence evidence(String vendor, String features, Silicon.Source source, String silicon) {
        return new CpuEvidence(
                words(features),
                new TreeSet<>(),
                new TreeSet<>(List.of(vendor)),
                new Silicon(source, words(silicon), AbiLevel.NONE, vendor));
    }

    private static FeatureSet words(String text) {
        return text.isBlank() ? FeatureSet.empty() : FeatureSet.of(text.trim().split(" "));
    }

    private static NodeGroup group(CpuEvidence evidence, State state, @Nullable Reason reason) {
        return new NodeGroup(
                CpuClass.of(evidence, List.of(NodeCpu.healthy("n1", evidence)), PLANNER.catalog()), state, reason);
    }

    private static Lack lack(String feature, CpuEvidence evidence) {
        Standing standing = STANDINGS.of(feature, group(evidence, State.CONTRIBUTING, null));
        assertThat(standing).isInstanceOf(Lacks.class);
        return ((Lacks) standing).lack();
    }

    @ParameterizedTest
    @CsvSource({
        // vendor, labelled, where hardware is told, hardware, flag, who
        "Intel, sse2 avx2, NODE_FEATURE, sse2 avx2, avx512f, SILICON",
        "Intel, sse2 avx-vnni, NODE_FEATURE, sse2 avx-vnni, avx512f, SILICON",
        "Intel, sse2, NODE_FEATURE, sse2 avx2, avx2, KVM",
        "Intel, sse2 avx2, NODE_FEATURE, sse2 avx2, rtm, MICROCODE",
        "Intel, sse2, NODE_FEATURE, sse2, spec-ctrl, MICROCODE",
        "Intel, pclmuldq, NODE_FEATURE, pclmuldq, aes, FIRMWARE",
        "AMD, sse2 adx, NODE_FEATURE, sse2 adx, rdseed, KERNEL",
        "AMD, sse2 invpcid, NODE_FEATURE, sse2 invpcid, pcid, SILICON",
        "AMD, sse2 adx, NODE_FEATURE, sse2 adx, xop, SILICON",
        "AMD, sse2, NODE_FEATURE, sse2, virt-ssbd, EMULATED",
        "AMD, sse2, NODE_FEATURE, sse2 svm, svm, KVM",
        "Intel, sse2, NODE_FEATURE, sse2 vmx, vmx, KVM",
        "Intel, sse2, NODE_FEATURE, sse2 waitpkg, waitpkg, KVM",
        "Intel, sse2, NODE_FEATURE, sse2 hypervisor, avx2, OUTER_HYPERVISOR",
        "Intel, sse2, NODE_FEATURE, sse2, movbe, EMULATED",
        "Intel, sse2, NODE_FEATURE, sse2, umip, EMULATED",
        "AMD, sse2, NODE_FEATURE, sse2, umip, UNKNOWN",
        "Intel, sse2, NONE, '', arch-capabilities, EMULATED",
        "Intel, sse2, NODE_FEATURE, sse2, perfctr_core, UNKNOWN",
        "Intel, sse2, LABELS, avx2, bmi2, DENYLIST",
        "Intel, sse2, LABELS, avx2, avx512f, SILICON",
        "Intel, sse2, NONE, '', avx2, UNKNOWN",
        "Intel, sse2, HYPERVISOR, '', avx2, UNKNOWN",
        "Intel, sse2, HARDWARE, sse2, avx2, SILICON",
        "Intel, sse2, HARDWARE, sse2 monitor, monitor, KVM",
        "Intel, '', NONE, '', avx2, NO_LABELS"
    })
    void who_is_to_blame(String vendor, String labelled, Silicon.Source source, String silicon, String flag, By by) {
        assertThat(lack(flag, evidence(vendor, labelled, source, silicon)).by()).isEqualTo(by);
    }

    @Test
    void what_is_labelled_is_given() {
        CpuEvidence evidence = evidence("Intel", "avx2", Silicon.Source.NONE, "");
        assertThat(STANDINGS.of("avx2", group(evidence, State.CONTRIBUTING, null)))
                .isEqualTo(new Gives(Proof.LABEL));
    }

    @Test
    void what_only_a_labelled_model_has_is_given_by_that_model() {
        CpuEvidence evidence = new CpuEvidence(
                FeatureSet.of("sse2"),
                new TreeSet<>(List.of("Haswell-noTSX")),
                new TreeSet<>(List.of("Intel")),
                Silicon.unknown());
        assertThat(STANDINGS.of("avx2", group(evidence, State.CONTRIBUTING, null)))
                .isEqualTo(new Gives(Proof.MODEL));
    }

    @Test
    void what_the_hardware_allows_is_not_proven() {
        CpuEvidence evidence = evidence("Intel", "avx2", Silicon.Source.HARDWARE, "avx2");
        assertThat(STANDINGS.of("avx2", group(evidence, State.CONTRIBUTING, null)))
                .isEqualTo(new Gives(Proof.HARDWARE));
    }

    @ParameterizedTest
    @CsvSource({"EvidenceConflict, UNKNOWN", "NoKvm, UNFIT"})
    void labels_that_prove_nothing_give_nothing(Reason reason, State state) {
        CpuEvidence evidence = evidence("Intel", "avx2", Silicon.Source.NONE, "");
        Standing standing = STANDINGS.of("avx2", group(evidence, state, reason));
        assertThat(standing)
                .isInstanceOfSatisfying(
                        Lacks.class, lacks -> assertThat(lacks.lack().by()).isEqualTo(By.LABEL));
    }

    @Test
    void a_label_with_another_value_than_true_is_to_blame() {
        TreeMap<String, String> odd = new TreeMap<>();
        odd.put("cpu-feature.node.kubevirt.io/avx2", "");
        CpuEvidence evidence =
                new CpuEvidence(FeatureSet.of("sse2"), new TreeSet<>(), new TreeSet<>(), odd, 0, Silicon.unknown());
        assertThat(lack("avx2", evidence).by()).isEqualTo(By.LABEL);
    }

    @Test
    void where_labels_are_those_of_the_hosts_own_model_the_hypervisor_may_give_more() {
        // Given: a model with more features than are labelled, as before libvirt 12.5
        CpuEvidence evidence = new CpuEvidence(
                FeatureSet.of("sse2"),
                new TreeSet<>(List.of("Haswell-noTSX")),
                new TreeSet<>(List.of("Intel")),
                new Silicon(Silicon.Source.NODE_FEATURE, FeatureSet.of("sse2", "pku"), AbiLevel.NONE, "Intel"));

        // Then
        assertThat(lack("pku", evidence).why()).contains("12.5");
    }

    @Test
    void a_kernel_that_disables_avx_is_looked_at_only_where_all_of_avx_is_missing() {
        assertThat(lack("avx", evidence("Intel", "sse2", Silicon.Source.NODE_FEATURE, "sse2 clflushopt"))
                        .look())
                .extracting(Lack.Look::source)
                .anyMatch(source -> source.contains("gather_data_sampling"));
        assertThat(lack("avx2", evidence("Intel", "sse2 avx", Silicon.Source.NODE_FEATURE, "sse2 avx clflushopt"))
                        .look())
                .isEmpty();
    }
}
