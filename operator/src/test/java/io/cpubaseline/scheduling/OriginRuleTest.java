package io.cpubaseline.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.fleet.GuestShape;
import io.cpubaseline.fleet.NodeSelection;
import io.cpubaseline.fleet.Placement;
import io.cpubaseline.fleet.SchedulingRules;
import io.cpubaseline.scheduling.Guest.OfBaseline;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where each key of a pod's node selector comes from. */
class OriginRuleTest {

    private static final Guest GUEST = new Guest(
            "amd64",
            "Haswell",
            new GuestShape(
                    "q35",
                    Set.of("vpindex"),
                    true,
                    true,
                    0,
                    Set.of("kubevirt.io/sev", "kubevirt.io/realtime", "kubevirt.io/cpumanager"),
                    List.of("pcid", "vmx"),
                    List.of(),
                    new Placement(
                            NodeSelection.ofLabels(Map.of(
                                    "zone", "a",
                                    "cpu-model.node.kubevirt.io/Haswell", "true",
                                    "cpu-vendor.node.kubevirt.io/AMD", "true",
                                    "cpu-vendor.node.kubevirt.io/Hygon", "true")),
                            List.of())),
            new OfBaseline("amd", true, true, Set.of("AMD")));

    private static final SchedulingRules RULES = SchedulingRules.of("", true, "", true, 0)
            .selecting(NodeSelection.ofLabels(Map.of("pool", "vms", "zone", "b")));

    private static final Source SOURCE = new Source(
            "n1",
            Map.of(),
            Map.of(
                    "cpu-model-migration.node.kubevirt.io/Skylake-Server",
                    "true",
                    "cpu-feature.node.kubevirt.io/hle",
                    "true"));

    @ParameterizedTest
    @CsvSource({
        "kubevirt.io/schedulable, NotSchedulable",
        "kubernetes.io/arch, Architecture",
        "cpu-model.node.kubevirt.io/Haswell, CpuModel",
        "cpu-model.node.kubevirt.io/Nehalem, AddedSelector",
        "cpu-feature.node.kubevirt.io/pcid, RequiredFeatures",
        "cpu-feature.node.kubevirt.io/vmx, HyperV",
        "machine-type.node.kubevirt.io/q35, MachineType",
        "scheduling.node.kubevirt.io/tsc-frequency-2800000000, TscFrequency",
        "hyperv.node.kubevirt.io/vpindex, HyperV",
        "cpu-vendor.node.kubevirt.io/Intel, HyperV",
        "kubevirt.io/realtime, Realtime",
        "kubevirt.io/cpumanager, DedicatedCpus",
        "cpumanager, DedicatedCpus",
        "kubevirt.io/sev, ConfidentialComputing",
        "cpu-vendor.node.kubevirt.io/AMD, BaselineVendor",
        "cpu-vendor.node.kubevirt.io/Hygon, OwnSelector",
        "cpu-vendor.node.kubevirt.io/Zhaoxin, SourceVendor",
        "zone, OwnSelector",
        "pool, KubeVirtSelector",
        "cpu-feature.node.kubevirt.io/hle, StickyHostModel",
        "cpu-model-migration.node.kubevirt.io/Skylake-Server, StickyHostModel",
        "cpu-feature.node.kubevirt.io/rtm, HostModel",
        "cpu-model-migration.node.kubevirt.io/Icelake-Server, HostModel",
        "kubernetes.io/hostname, AddedSelector"
    })
    void a_key_of_a_migrations_target_has_one_origin(String key, Origin origin) {
        assertThat(OriginRule.of(key, new Background(GUEST, RULES, SOURCE, true)))
                .isEqualTo(origin);
    }

    @ParameterizedTest
    @CsvSource({"cpu-feature.node.kubevirt.io/hle", "cpu-vendor.node.kubevirt.io/Zhaoxin", "kubernetes.io/hostname"})
    void what_only_a_migration_adds_is_unexplained_at_a_start(String key) {
        assertThat(OriginRule.of(key, new Background(GUEST, RULES, null, true))).isEqualTo(Origin.Unexplained);
    }

    @Test
    void a_vendor_is_the_sources_where_hyperv_is_not_looked_at() {
        Background background = new Background(GUEST, SchedulingRules.byDefault(), SOURCE, true);

        assertThat(OriginRule.of("cpu-vendor.node.kubevirt.io/Intel", background))
                .isEqualTo(Origin.SourceVendor);
    }
}
