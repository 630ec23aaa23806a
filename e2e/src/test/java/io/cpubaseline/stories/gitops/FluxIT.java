package io.cpubaseline.stories.gitops;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.GitRepository;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Nodes;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Baselines and virtual machines are in Git, and are applied as Flux's kustomize-controller applies them: on the server's side, by force, in its
 * name (fluxcd/pkg, ssa.ResourceManager#Apply). Argo CD with {@code ServerSideApply=true} does the same in another name.
 */
class FluxIT {
    private static final String OWN_MODEL = "{cores: 2, model: Nehalem}";

    @RegisterExtension
    static final Stage stage = Stage.shared();

    @Test
    void whatTheOperatorWritesStaysAndAnApprovalIsACommit() {
        // Given
        GitRepository git = repository("approval", "{cores: 2}");
        stage.operator();
        apply(git);
        PinnedBaseline first = stage.awaitApplied("intel", 2).pinned();
        String written = stage.machines().cpuFields("web");
        stage.machines().runAsWritten("web");
        stage.await("intel", "VirtualMachinesAligned", "True Aligned");

        // When it is applied over and over
        Map<String, String> machines = stage.machines().versions();
        AuditLog.Mark before = stage.mark();
        apply(git);
        apply(git);
        stage.apply(Stage.observing("sentinel"));
        stage.awaitPinned("sentinel");

        // Then nothing is written
        assertThat(stage.machines().versions()).isEqualTo(machines);
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));

        // When a commit changes a machine, and another one approves
        stage.apply(Nodes.older("old"));
        String lower = stage.await("intel", "CandidatePending", "True AwaitingApproval")
                .candidate()
                .revision();
        git.edit("Grow", "web.yaml", text -> text.replace("cores: 2", "cores: 3"));
        apply(git);
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);
        Repositories.approve(git, lower);
        apply(git);

        // Then
        Seen seen = stage.await("intel", "VirtualMachinesAligned", "False PendingRestart");
        assertThat(seen.pinned().revision()).isEqualTo(lower);
        assertThat(seen.virtualMachines().applied()).isEqualTo(2);
        assertThat(seen.virtualMachines().pendingRestart()).isEqualTo(1);
        assertThat(stage.machines().cpu("web").path("cores").asInt()).isEqualTo(3);

        // When that commit is taken back, then nothing changes: who wants the one before approves it
        git.revert();
        apply(git);
        assertThat(stage.settled("intel").pinned().revision()).isEqualTo(lower);
        Repositories.approve(git, first.revision());
        apply(git);
        stage.await("intel", "VirtualMachinesAligned", "True Aligned");
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);
    }

    @Test
    void aModelInGitCountsAsLongAsItIsThere() {
        // Given a machine that has a model in Git before there is a baseline
        GitRepository git = repository("model", OWN_MODEL);
        stage.operator();
        apply(git);
        stage.await("intel", seen -> {
            assertThat(seen.virtualMachines().applied()).isEqualTo(1);
            assertThat(seen.machineReasons()).containsKey("Conflicting");
        });
        assertThat(stage.machines().owners("web")).containsOnlyKeys("kustomize-controller");

        // When it is taken out of Git
        git.edit("No model", "web.yaml", text -> text.replace(OWN_MODEL, "{cores: 2}"));
        apply(git);

        // Then the baseline is written
        stage.awaitApplied("intel", 2);
        String written = stage.machines().cpuFields("db");
        eventually(() -> assertThat(stage.machines().cpuFields("web")).isEqualTo(written));

        // When it comes into Git again
        git.revert();
        apply(git);

        // Then it is there, and what the operator held beside it is given up, not fought for
        stage.await("intel", "VirtualMachinesAligned", "False Conflicting");
        eventually(() -> assertThat(stage.machines().cpuFields("web")).isEqualTo("Nehalem"));
        Map<String, String> machines = stage.machines().versions();
        apply(git);
        stage.settled("intel");
        assertThat(stage.machines().versions()).isEqualTo(machines);

        // When Git gives it up for good
        git.revert();
        apply(git);

        // Then
        stage.await("intel", "VirtualMachinesAligned", "True Aligned");
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);
    }

    /** A baseline for the Intel nodes and two machines for it: db, and web with this CPU. */
    private static GitRepository repository(String name, String cpu) {
        stage.homelab();
        GitRepository git = GitRepository.init(stage.lab().directory().resolve("git-flux-" + name));
        git.commit(
                "Baseline and machines",
                Map.of(
                        Repositories.BASELINE,
                        Stage.patchingVendor("intel", "Intel"),
                        "db.yaml",
                        Machines.manifest("db", "intel"),
                        "web.yaml",
                        Machines.manifest("web", "intel").replace("{cores: 2}", cpu)));
        return git;
    }

    private static void apply(GitRepository git) {
        stage.kubectl(
                "apply",
                "--server-side",
                "--force-conflicts",
                "--field-manager=kustomize-controller",
                "-f",
                git.directory().toString());
    }
}
