package io.cpubaseline.stories.gitops;

import static io.cpubaseline.stories.gitops.Repositories.BASELINE;
import static io.cpubaseline.stories.gitops.Repositories.MACHINES;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditEvent;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.ArgoCd;
import io.cpubaseline.lab.use.GitRepository;
import io.cpubaseline.stories.stage.Stage;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Baselines and virtual machines are in Git, and Argo CD's own engine applies them beside the operator: each is content with what the other writes. */
class ArgoCdIT {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private @Nullable ArgoCd started;
    private int commits;

    @AfterEach
    void endArgoCd() {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void neitherUndoesWhatTheOtherWrites() {
        // Given
        GitRepository git = Repositories.create(stage, "writers");
        ArgoCd argo = ArgoCd.start(stage.lab(), git);
        started = argo;
        stage.operator();
        argo.sync();
        PinnedBaseline pinned = stage.awaitApplied("intel", MACHINES.size()).pinned();
        String written = stage.machines().cpuFields("web");
        assertThat(written).startsWith(pinned.cpuModel() + " ");

        // When nothing changes
        settle(git, argo);
        AuditLog.Mark before = stage.mark();
        Map<String, Long> generations = generations();
        argo.sync();
        argo.sync();
        stage.apply(Stage.observing("sentinel"));
        stage.awaitPinned("sentinel");

        // Then neither writes
        assertThat(stage.writesSince(before)).allMatch(write -> write.contains("sentinel") || write.contains("events"));
        assertThat(writesOfArgoCd(before)).isEmpty();
        assertThat(generations()).isEqualTo(generations);

        // When a commit changes a machine
        git.edit("Grow", "web.yaml", text -> text.replace("cores: 2", "cores: 3"));
        argo.sync();

        // Then that alone changes
        assertThat(stage.machines().cpu("web").path("cores").asInt()).isEqualTo(3);
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);

        // When Git names a model of its own
        git.edit("A model", "web.yaml", text -> text.replace("{cores: 3}", "{cores: 3, model: Nehalem}"));
        argo.sync();

        // Then that counts, and the operator says so and does not fight for it
        stage.await("intel", "VirtualMachinesAligned", "False Conflicting");
        AuditLog.Mark conflict = stage.mark();
        settle(git, argo);
        assertThat(stage.machines().cpuFields("web")).startsWith("Nehalem");
        assertThat(stage.writesSince(conflict)).noneMatch(write -> write.contains("virtualmachines"));

        // When Git gives it up again
        git.edit("No model", "web.yaml", text -> text.replace(", model: Nehalem", ""));
        argo.sync();

        // Then the baseline is there again
        stage.await("intel", "VirtualMachinesAligned", "True Aligned");
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);
        assertThat(stage.machines().cpu("web").path("cores").asInt()).isEqualTo(3);
    }

    /** Lets the operator write all that it knows, as {@link Stage#settled} does, by a commit that means nothing else. */
    private void settle(GitRepository git, ArgoCd argo) {
        git.edit("Settle", BASELINE, text -> text.replace(seconds(commits), seconds(++commits)));
        argo.sync();
        stage.await("intel", seen -> {});
    }

    private static String seconds(int count) {
        return "stabilizationSeconds: " + count;
    }

    /** How often the specs of machines and baseline were changed. */
    private static Map<String, Long> generations() {
        Map<String, Long> generations = new TreeMap<>();
        MACHINES.forEach(name -> generations.put(name, stage.machines().generation(name)));
        generations.put(
                "intel", stage.baseline("intel").baseline().getMetadata().getGeneration());
        return generations;
    }

    private static Stream<AuditEvent> writesOfArgoCd(AuditLog.Mark mark) {
        return stage.lab().auditLog().since(mark).stream()
                .filter(event -> event.isBy(ArgoCd.NAMESPACE, ArgoCd.ACCOUNT) && event.isWrite())
                .filter(event -> event.isOn("virtualmachines") || event.isOn("clustercpubaselines"))
                .filter(event -> !event.requestUri().contains("dryRun"));
    }
}
