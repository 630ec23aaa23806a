package io.cpubaseline.stories.pin;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A mistake in a spec is answered with what to do. It changes neither the pin nor virtual machines. */
class BadSpecIT {
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @BeforeEach
    void nodesAndAnOperator() {
        stage.homelab();
        stage.machines().create("web", "homelab");
        stage.operator();
    }

    @Test
    void whatIsPinnedStaysWhateverIsWrongInTheSpec() {
        // Given
        stage.apply(BASELINE);
        PinnedBaseline pinned =
                stage.await("homelab", "VirtualMachinesAligned", "True Aligned").pinned();
        Map<String, String> machines = stage.machines().versions();
        AuditLog.Mark before = stage.mark();

        // When it names a model that nobody knows
        stage.edit("homelab", "{\"cpuModel\": {\"name\": \"Pentium-Pro-Max\"}}");

        // Then
        Seen seen = stage.await("homelab", "Stalled", "True UnknownModel");
        assertThat(seen.message("Stalled"))
                .contains("spec.cpuModel.name")
                .contains("Pentium-Pro-Max")
                .contains("correct it or take it out");
        assertThat(seen.verdict("Ready")).isEqualTo("True Pinned");

        // When it names a feature that nobody knows
        stage.edit("homelab", "{\"cpuModel\": null, \"features\": {\"require\": [\"warp.drive\"]}}");

        // Then
        seen = stage.await("homelab", "Stalled", "True UnknownFeature");
        assertThat(seen.message("Stalled"))
                .contains("spec.features.require")
                .contains("warp.drive")
                .contains("correct it or take it out");

        // When a label's name is too long, which the definition can't tell
        String tooLong = "x".repeat(64);
        stage.edit(
                "homelab",
                "{\"features\": {\"require\": []}, \"nodeSelector\": {\"matchLabels\": {\"%s\": \"a\"}}}"
                        .formatted(tooLong));

        // Then
        seen = stage.await("homelab", "Stalled", "True InvalidSelector");
        assertThat(seen.message("Stalled"))
                .contains("spec.nodeSelector.matchLabels")
                .contains(tooLong);
        assertThat(seen.verdict("Ready")).isEqualTo("False InvalidSelector");

        // When it selects no node
        stage.edit(
                "homelab",
                "{\"nodeSelector\": {\"matchLabels\": {\"%s\": null, \"rack\": \"none\"}}}".formatted(tooLong));

        // Then, and all the while nothing has moved
        seen = stage.await("homelab", "Ready", "False NowhereSchedulable");
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(stage.machines().versions()).isEqualTo(machines);
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));

        // When all is corrected
        stage.edit("homelab", "{\"nodeSelector\": null}");

        // Then all is as it was
        seen = stage.awaitPinned("homelab");
        assertThat(seen.pinned()).isEqualTo(pinned);
        assertThat(seen.verdict("Stalled")).isEqualTo("absent");
        assertThat(seen.hasCandidate()).isFalse();
    }

    @Test
    void nothingIsPinnedThatWasNotAskedFor() {
        // When
        stage.apply(BASELINE + "  features: {require: [warp.drive]}\n");

        // Then
        Seen seen = stage.await("homelab", "Ready", "False UnknownFeature");
        assertThat(seen.verdict("Stalled")).isEqualTo("True UnknownFeature");
        assertThat(seen.isPinned()).isFalse();
        assertThat(stage.machines().cpuFields("web")).isEmpty();

        // When it asks for a model that some nodes lack
        stage.edit("homelab", "{\"features\": null, \"cpuModel\": {\"name\": \"EPYC-Rome\"}}");

        // Then
        seen = stage.await("homelab", "Ready", "False NoCommonModel");
        assertThat(seen.message("Ready")).contains("EPYC-Rome");
        assertThat(seen.isPinned()).isFalse();

        // When it is corrected
        stage.edit("homelab", "{\"cpuModel\": null}");

        // Then
        stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
    }
}
