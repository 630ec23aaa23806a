package io.cpubaseline.stories.machines;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people and programs write into virtual machines that have a baseline, by real kubectl: none is ever made less safe by it. */
class OtherWritersIT {
    private static final String FEATURES = "/spec/template/spec/domain/cpu/features";

    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static Machines machines() {
        return stage.machines();
    }

    /** The home lab's Intel nodes have a baseline, and these machines carry it. */
    private static String carried(String... names) {
        stage.homelab();
        List.of(names).forEach(name -> machines().create(name, "intel"));
        stage.operator();
        stage.apply(Stage.patchingVendor("intel", "Intel"));
        stage.awaitApplied("intel", names.length);
        return machines().cpuFields(names[0]);
    }

    private static void patch(String name, String json) {
        stage.kubectl("patch", "vm", name, "--type", "json", "-p", json);
    }

    private static String addFeature(String name, String policy) {
        return "[{\"op\": \"add\", \"path\": \"%s/-\", \"value\": {\"name\": \"%s\", \"policy\": \"%s\"}}]"
                .formatted(FEATURES, name, policy);
    }

    @Test
    void aBaselineOfOneVendorOwnsItsKeyOfTheNodeSelectorToo() {
        // Given
        stage.homelab();
        stage.kubectl("label", "nodes", "--all", "disk=fast");
        machines()
                .create(Machines.manifest("web", "intel")
                        .replace("      domain:", "      nodeSelector: {disk: fast}\n      domain:"));
        machines()
                .create(Machines.manifest("abroad", "intel")
                        .replace(
                                "      domain:",
                                "      nodeSelector: {cpu-vendor.node.kubevirt.io/AMD: \"true\"}\n      domain:"));
        String untouched = machines().versions().get("abroad");
        stage.operator();

        // When
        stage.apply(Stage.patchingVendor("intel", "Intel"));

        // Then
        Seen seen = stage.await("intel", "VirtualMachinesAligned", "False Conflicting");
        assertThat(seen.pinned().vendor()).isEqualTo("Intel");
        assertThat(seen.machineReasons()).containsOnly(Map.entry("Conflicting", List.of("default/abroad")));
        assertThat(machines().nodeSelector("web"))
                .isEqualTo(Map.of("disk", "fast", "cpu-vendor.node.kubevirt.io/Intel", "true"));
        assertThat(machines().labels("web"))
                .containsEntry("cpubaseline.io/baseline", "intel")
                .containsEntry("cpubaseline.io/revision", seen.pinned().revision());
        assertThat(machines().versions()).containsEntry("abroad", untouched);
        eventually(() -> assertThat(stage.events("VirtualMachine", "web"))
                .anyMatch(event -> event.startsWith("Aligned: The baseline intel") && event.contains("Intel")));
        eventually(() -> assertThat(stage.events("VirtualMachine", "abroad"))
                .anyMatch(event -> event.startsWith("Conflicting:") && event.contains("cpu-vendor")));

        // When it opts out
        stage.kubectl("annotate", "vm", "web", "cpubaseline.io/skip=true");

        // Then nothing of ours is left, and all of the user's
        eventually(() -> assertThat(machines().cpuFields("web")).isEmpty());
        assertThat(machines().nodeSelector("web")).isEqualTo(Map.of("disk", "fast"));
        assertThat(machines().labels("web").keySet()).noneMatch(label -> label.startsWith("cpubaseline.io/"));
    }

    @Test
    void aFeatureThatAUserAddsTakesTheListAndLeavesTheModel() {
        // Given
        String written = carried("web");

        // When
        patch("web", addFeature("invtsc", "disable"));

        // Then
        Seen seen = stage.await(
                "intel",
                now -> assertThat(now.machineReasons())
                        .containsOnly(Map.entry("ExtraFeatures", List.of("default/web"))));
        assertThat(seen.virtualMachines().applied()).isEqualTo(1);
        assertThat(seen.verdict("VirtualMachinesAligned")).isEqualTo("True Aligned");
        assertThat(machines().cpuFields("web")).isEqualTo(written + " invtsc=disable");
        assertThat(machines().owners("web"))
                .containsEntry("kubectl-patch", List.of("features"))
                .containsEntry("cpu-baseline.intel", List.of("model"));

        // When the user takes one of ours away
        patch("web", "[{\"op\": \"remove\", \"path\": \"" + FEATURES + "/0\"}]");

        // Then that is said to him, and the model stays
        stage.await("intel", "VirtualMachinesAligned", "False Conflicting");
        eventually(() -> assertThat(stage.events("VirtualMachine", "web"))
                .anyMatch(event -> event.startsWith("Conflicting:") && event.contains("kubectl-patch")));
        assertThat(machines().cpuFields("web")).startsWith(written.substring(0, written.indexOf(' ')));

        // When he gives the list up
        patch("web", "[{\"op\": \"remove\", \"path\": \"" + FEATURES + "\"}]");

        // Then all is as it was
        stage.await("intel", "VirtualMachinesAligned", "True Aligned");
        assertThat(machines().cpuFields("web")).isEqualTo(written);
    }

    @Test
    void oneThatOptsOutKeepsItsModelAsLongAsOthersRequireFeatures() {
        // Given
        String written = carried("web", "nested");
        String model = written.substring(0, written.indexOf(' '));

        // When
        patch("web", addFeature("invtsc", "disable"));
        stage.kubectl("annotate", "vm", "web", "cpubaseline.io/skip=true");
        patch("nested", addFeature("vmx", "require"));

        // Then
        Seen seen = stage.await(
                "intel",
                now -> assertThat(now.machineReasons())
                        .containsOnly(
                                Map.entry("OptedOut", List.of("default/web")),
                                Map.entry("NestedVirtualization", List.of("default/nested"))));
        assertThat(seen.virtualMachines().conflicting()).isEqualTo(2);
        for (String name : List.of("web", "nested")) {
            assertThat(machines().cpuFields(name)).startsWith(model + " ");
            assertThat(machines().nodeSelector(name)).isEmpty();
            eventually(() -> assertThat(stage.events("VirtualMachine", name))
                    .anyMatch(
                            event -> event.startsWith("Conflicting:") && event.contains("model " + model + " stays")));
        }

        // When nothing is required any more
        for (String name : List.of("web", "nested")) {
            patch(name, "[{\"op\": \"remove\", \"path\": \"" + FEATURES + "\"}]");
        }

        // Then the one is let go, and the other has its baseline again
        eventually(() -> assertThat(machines().cpuFields("web")).isEmpty());
        eventually(() -> assertThat(machines().cpuFields("nested")).isEqualTo(written));
    }

    @Test
    void whatIsAsWantedIsClaimedWhoeverHasWrittenIt() {
        // Given one that has it all by an admission policy or a backup, which leave no owner, and one by a version that
        // didn't confine
        String written = carried("pattern");
        for (String name : List.of("restored", "older")) {
            machines().create(name, "nobody");
            machines().applyAs("cpu-baseline.intel", name, machines().cpuOf("pattern"));
        }
        patch("restored", "[{\"op\": \"replace\", \"path\": \"/metadata/managedFields\", \"value\": [{}]}]");

        // When the baseline selects them
        for (String name : List.of("restored", "older")) {
            machines()
                    .patch(
                            name,
                            "kubectl-label",
                            "{\"spec\": {\"template\": {\"metadata\": {\"labels\": {\"cpu-baseline\": \"intel\"}}}}}");
        }

        // Then
        Seen seen = stage.awaitApplied("intel", 3);
        assertThat(seen.virtualMachines().conflicting()).isZero();
        for (String name : List.of("restored", "older")) {
            assertThat(machines().cpuFields(name)).isEqualTo(written);
            assertThat(machines().owners(name)).containsEntry("cpu-baseline.intel", List.of("features", "model"));
            assertThat(machines().nodeSelector(name)).isEqualTo(Map.of("cpu-vendor.node.kubevirt.io/Intel", "true"));
            assertThat(stage.events("VirtualMachine", name)).noneMatch(event -> event.startsWith("Conflicting"));
        }
    }
}
