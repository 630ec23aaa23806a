package io.cpubaseline.stories.gitops;

import static io.cpubaseline.stories.gitops.Repositories.BASELINE;
import static io.cpubaseline.stories.gitops.Repositories.MACHINES;
import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.objects.AuditLog;
import io.cpubaseline.lab.use.ArgoCd;
import io.cpubaseline.lab.use.GitRepository;
import io.cpubaseline.stories.stage.Nodes;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All is in Git: what commits do to machines that run, and what becomes of that which is deleted here or there. */
class ByCommitIT {
    /** Those that are to run. */
    private static final List<String> RUNNING = List.of("db", "web");

    @RegisterExtension
    static final Stage stage = Stage.full();

    private @Nullable ArgoCd started;

    @AfterEach
    void endArgoCd() {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void anApprovalIsACommitAndSoIsTheWayBack() throws IOException, InterruptedException {
        // Given machines that run with the first baseline, all from Git
        GitRepository git = Repositories.create(stage, "approvals");
        ArgoCd argo = ArgoCd.start(stage.lab(), git);
        started = argo;
        stage.operator();
        argo.sync();
        PinnedBaseline first = stage.awaitApplied("intel", MACHINES.size()).pinned();
        RUNNING.forEach(name -> git.edit("Start " + name, name + ".yaml", text -> text.replace("Halted", "Always")));
        argo.sync();
        RUNNING.forEach(stage.migrations()::awaitRunning);
        Map<String, Long> generations = generations();

        // When a node joins that can do less
        stage.apply(Nodes.older("old"));

        // Then there is a candidate that says what it costs, tools that wait see nothing wrong, and nothing is written
        Seen offered = stage.await("intel", "CandidatePending", "True AwaitingApproval");
        assertThat(offered.candidate().direction()).isEqualTo("Lower");
        assertThat(offered.candidate().impact()).contains("avx2", "4 of 4 selected virtual machines");
        assertThat(argo.sync().get("ClusterCpuBaseline/intel")).endsWith("unchanged");
        assertThat(Judge.of(
                        "ClusterCpuBaseline",
                        List.of(new ObjectMapper()
                                .writeValueAsString(stage.baseline("intel").baseline()))))
                .singleElement()
                .satisfies(verdict -> assertThat(verdict.words()).isEqualTo("Current Current Healthy"));
        assertThat(stage.baseline("intel").pinned()).isEqualTo(first);
        assertThat(generations()).isEqualTo(generations);

        // When it is approved by a commit, for two machines first
        String lower = offered.candidate().revision();
        git.edit("Two first", BASELINE, text -> text.replace("100%", "100%, maxUpdated: \"2\""));
        Repositories.approve(git, lower);
        argo.sync();

        // Then it is pinned, and two have it
        stage.await("intel", seen -> {
            assertThat(seen.pinned().revision()).isEqualTo(lower);
            assertThat(seen.virtualMachines().applied()).isEqualTo(2);
            assertThat(seen.message("VirtualMachinesAligned")).contains("2 wait until rollout.maxUpdated is raised");
        });
        assertThat(withRevision(lower)).isEqualTo(2);

        // When a commit lets it go on
        git.edit("All", BASELINE, text -> text.replace(", maxUpdated: \"2\"", ""));
        argo.sync();

        // Then all have it, and those that run are to be restarted
        Seen waiting = stage.await("intel", "VirtualMachinesAligned", "False PendingRestart");
        assertThat(waiting.virtualMachines().applied()).isEqualTo(MACHINES.size());
        assertThat(waiting.virtualMachines().pendingRestart()).isEqualTo(RUNNING.size());
        RUNNING.forEach(
                name -> assertThat(stage.machines().runningCpuFields(name)).startsWith(first.cpuModel() + " "));
        stage.machines().restartAll(RUNNING);
        stage.await("intel", "VirtualMachinesAligned", "True Aligned");
        assertThat(argo.sync().values()).allMatch(message -> message.endsWith("unchanged"));

        // When a commit approves the revision before
        Repositories.approve(git, first.revision());
        argo.sync();

        // Then it is in force again
        Seen back = stage.await("intel", "VirtualMachinesAligned", "False PendingRestart");
        assertThat(back.pinned().revision()).isEqualTo(first.revision());
        assertThat(back.virtualMachines().applied()).isEqualTo(MACHINES.size());
        assertThat(back.virtualMachines().pendingRestart()).isEqualTo(RUNNING.size());
        assertThat(withRevision(first.revision())).isEqualTo(MACHINES.size());
    }

    @Test
    void whatIsDeletedByHandOrInGitAndComesAgainIsAsBefore() {
        // Given
        GitRepository git = Repositories.create(stage, "deletions");
        ArgoCd argo = ArgoCd.start(stage.lab(), git);
        started = argo;
        stage.operator();
        argo.sync();
        PinnedBaseline pinned = stage.awaitApplied("intel", MACHINES.size()).pinned();
        String written = stage.machines().cpuFields("web");

        // When a machine is deleted by hand, and another one in Git
        stage.kubectl("delete", "vm", "mail");
        String web = git.text("web.yaml");
        git.remove("Without web", "web.yaml");
        argo.sync();

        // Then the one comes again, and the other goes
        eventually(() -> assertThat(stage.kubectl("get", "vm", "-o", "name").lines())
                .containsExactlyInAnyOrder(
                        "virtualmachine.kubevirt.io/cache",
                        "virtualmachine.kubevirt.io/db",
                        "virtualmachine.kubevirt.io/mail"));
        stage.awaitApplied("intel", MACHINES.size() - 1);
        assertThat(stage.machines().cpuFields("mail")).isEqualTo(written);

        // When it is committed again
        git.commit("With web", Map.of("web.yaml", web));
        argo.sync();

        // Then
        stage.awaitApplied("intel", MACHINES.size());
        assertThat(stage.machines().cpuFields("web")).isEqualTo(written);

        // When the baseline goes, by hand first, then in Git
        AuditLog.Mark before = stage.mark();
        stage.kubectl("delete", "ccb", "intel");
        argo.sync();
        Seen again = stage.await("intel", "VirtualMachinesAligned", "True Aligned");
        assertThat(again.pinned().revision()).isEqualTo(pinned.revision());
        git.remove("Without a baseline", BASELINE);
        argo.sync();
        eventually(() -> assertThat(stage.kubectl("get", "ccb", "-o", "name")).isEmpty());
        git.revert();
        argo.sync();

        // Then it is recovered from its machines, and none was written
        again = stage.await("intel", "VirtualMachinesAligned", "True Aligned");
        assertThat(again.pinned().revision()).isEqualTo(pinned.revision());
        assertThat(stage.writesSince(before)).noneMatch(write -> write.contains("virtualmachines"));
        MACHINES.forEach(
                name -> assertThat(stage.machines().cpuFields(name)).as(name).isEqualTo(written));
    }

    private static long withRevision(String revision) {
        return MACHINES.stream()
                .filter(name -> revision.equals(stage.machines().labels(name).get("cpubaseline.io/revision")))
                .count();
    }

    /** How often the spec of each machine was changed. */
    private static Map<String, Long> generations() {
        Map<String, Long> generations = new TreeMap<>();
        MACHINES.forEach(name -> generations.put(name, stage.machines().generation(name)));
        return generations;
    }
}
