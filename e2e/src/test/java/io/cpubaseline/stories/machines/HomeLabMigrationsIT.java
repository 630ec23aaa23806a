package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.use.Migrations;
import io.cpubaseline.lab.use.Migrations.Outcome;
import io.cpubaseline.lab.use.Migrations.Result;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The home lab's seven nodes: where its machines can go with a baseline, and where without. KubeVirt and the scheduler decide. */
class HomeLabMigrationsIT {
    private static final Set<String> INTEL = Set.of("prox01", "prox05", "prox06", "prox07", "prox08");
    private static final Set<String> AMD = Set.of("prox03", "prox04");
    private static final Set<String> ALL = Set.of("prox01", "prox03", "prox04", "prox05", "prox06", "prox07", "prox08");

    /** What only the newest of all nodes has. */
    private static final String NEWEST = "model: EPYC-Rome, features: [{name: avx512f, policy: require}]";

    @RegisterExtension
    static final Stage stage = Stage.full();

    @Test
    void aMixedBaselineLetsAMachineStartAnywhereAndReachEveryNodeOfItsVendor() {
        // Given
        stage.homelab();
        stage.machines().create("web", "anywhere");
        stage.operator();
        stage.apply(Stage.patching("anywhere", "vendors: Mixed"));
        Seen seen = stage.awaitApplied("anywhere", 1);
        assertThat(seen.nodes().schedulable()).isEqualTo(ALL.size());

        // When it runs on a node that the scheduler has chosen
        stage.start("web");

        // Then every node of that vendor is a target, and no other
        Set<String> vendor = INTEL.contains(stage.migrations().nodeOf("web")) ? INTEL : AMD;
        assertThat(stage.migrations().targets("web", ALL)).isEqualTo(vendor);
    }

    @Test
    void aBaselinePerVendorReachesEveryNodeOfTheVendorAtMore() {
        // Given
        stage.homelab();
        stage.machines().create("web", "intel");
        stage.machines().create("db", "amd");
        stage.operator();

        // When
        applyBaselinePerVendor();
        PinnedBaseline intel = stage.awaitApplied("intel", 1).pinned();
        PinnedBaseline amd = stage.awaitApplied("amd", 1).pinned();
        stage.start("web", "db");

        // Then each runs on its vendor, although nothing but the baseline says so
        Migrations migrations = stage.migrations();
        assertThat(migrations.nodeOf("web")).isIn(INTEL);
        assertThat(migrations.nodeOf("db")).isIn(AMD);
        assertThat(migrations.targets("web", ALL)).isEqualTo(INTEL);
        assertThat(migrations.targets("db", ALL)).isEqualTo(AMD);

        // And KubeVirt demands of a target just what the baseline promises of it
        assertDemanded(migrations.migrate("web"), intel, "Intel");
        assertDemanded(migrations.migrate("db"), amd, "AMD");
    }

    @Test
    void withoutABaselineTheSameMachinesHaveFewerTargetsOrNone() {
        // Given machines as people make them: what the host has, and what the newest one has
        stage.homelab();
        Migrations migrations = stage.migrations();
        startOn("prox06", Machines.running("as-an-intel-host", "intel", "model: host-model"));
        startOn("prox04", Machines.running("as-an-amd-host", "amd", "model: host-model"));
        startOn("prox04", Machines.running("of-the-newest", "amd", NEWEST));
        Map<String, Integer> before = new TreeMap<>();
        for (String machine : List.of("as-an-intel-host", "as-an-amd-host", "of-the-newest")) {
            before.put(machine, migrations.targets(machine, ALL).size());
        }

        // When their owners leave the CPU to a baseline, and start them anew
        for (String machine : before.keySet()) {
            stage.machines().runStrategy(machine, "Halted");
            stage.machines().patch(machine, "kubectl-edit", """
                    {"spec": {"template": {"spec": {"domain": {"cpu": {"model": null, "features": null}}}}}}
                    """);
        }
        stage.operator();
        applyBaselinePerVendor();
        stage.awaitApplied("intel", 1);
        stage.awaitApplied("amd", 2);
        eventually(() -> assertThat(before.keySet())
                .allSatisfy(machine -> assertThat(migrations.phase(machine)).isEmpty()));
        Map<String, Integer> after = new TreeMap<>();
        for (String machine : before.keySet()) {
            stage.start(machine);
            after.put(machine, migrations.targets(machine, ALL).size());
        }

        // Then
        assertThat(before).isEqualTo(Map.of("as-an-intel-host", 2, "as-an-amd-host", 0, "of-the-newest", 0));
        assertThat(after)
                .isEqualTo(Map.of(
                        "as-an-intel-host", INTEL.size(), "as-an-amd-host", AMD.size(), "of-the-newest", AMD.size()));
    }

    private static void applyBaselinePerVendor() {
        stage.apply(Stage.patchingVendor("intel", "Intel"));
        stage.apply(Stage.patchingVendor("amd", "AMD"));
    }

    private static void startOn(String node, String machine) {
        stage.onlyOn(
                node, () -> stage.migrations().awaitRunning(stage.machines().create(machine)));
    }

    private static void assertDemanded(Outcome outcome, PinnedBaseline baseline, String vendor) {
        assertThat(outcome.result()).as(outcome.explanation()).isEqualTo(Result.SUCCEEDED);
        Map<String, String> wanted = new TreeMap<>();
        wanted.put("cpu-model.node.kubevirt.io/" + baseline.cpuModel(), "true");
        wanted.put("cpu-vendor.node.kubevirt.io/" + vendor, "true");
        baseline.requiredFeatures()
                .forEach(feature -> wanted.put("cpu-feature.node.kubevirt.io/" + feature.name(), "true"));
        assertThat(outcome.nodeSelector()).containsAllEntriesOf(wanted);
        assertThat(outcome.nodeSelector().keySet().stream().filter(label -> label.startsWith("cpu-")))
                .containsExactlyInAnyOrderElementsOf(wanted.keySet());
    }
}
