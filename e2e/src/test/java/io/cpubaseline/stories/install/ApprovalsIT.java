package io.cpubaseline.stories.install;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.PinnedBaseline;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.Kubectl;
import io.cpubaseline.lab.process.Tool;
import io.cpubaseline.stories.stage.Nodes;
import io.cpubaseline.stories.stage.Seen;
import io.cpubaseline.stories.stage.Stage;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who reads, who edits and who approves baselines: by the chart's roles, and by its policy where that is asked for. Each has a token of its own. */
class ApprovalsIT {
    private static final String POLICY = "ValidatingAdmissionPolicy 'cpu-baseline-approvals'";
    private static final String BASELINE = Stage.patching("homelab", "vendors: Mixed");

    @RegisterExtension
    static final Stage stage =
            Stage.sharedWith(Map.of("virtualMachines.write", "true", "approvals.restricted", "true"));

    @Test
    void whoEditsDoesNotApproveAndWhoReadsDoesNotEdit() {
        // Given a candidate
        Kubectl viewer = user("viewer", "view");
        Kubectl editor = user("editor", "view", "edit");
        Kubectl approver = user("approver", "approve");
        stage.homelab();
        stage.machines().create("web", "homelab");
        stage.operator();
        stage.apply(BASELINE);
        PinnedBaseline pinned = stage.awaitApplied("homelab", 1).pinned();
        stage.apply(Nodes.older("old"));
        String lower = stage.await("homelab", "CandidatePending", "True AwaitingApproval")
                .candidate()
                .revision();
        awaitPolicy(editor);
        Map<String, String> machines = stage.machines().versions();

        // When, Then: who reads
        assertThat(viewer.run("get", "ccb", "homelab")).contains("homelab");
        assertThat(errors(patch(viewer, "{\"paused\": true}"))).contains("Forbidden", "cannot patch");
        assertThat(errors(patch(viewer, approval(lower)))).contains("Forbidden", "cannot patch");

        // Who edits
        assertThat(patch(editor, "{\"paused\": true}").exitCode()).isZero();
        assertThat(patch(editor, "{\"paused\": false}").exitCode()).isZero();
        assertThat(errors(patch(editor, approval(lower))))
                .contains(POLICY, "spec.approvedRevision is changed only by who may approve", "cpu-baseline-approve");
        assertThat(errors(patch(editor, "{\"changes\": {\"lower\": {\"policy\": \"Automatic\"}}}")))
                .contains(POLICY, "spec.changes is changed only by who may approve");
        assertThat(errors(patch(editor, "{\"changes\": {\"raise\": {\"stabilizationSeconds\": 0}}}")))
                .contains(POLICY);
        Seen held = stage.settled("homelab");
        assertThat(held.pinned()).isEqualTo(pinned);
        assertThat(stage.machines().versions()).isEqualTo(machines);

        // Who approves
        assertThat(patch(approver, approval(lower)).exitCode()).isZero();
        Seen approved = stage.await("homelab", "ApprovalAccepted", "True Approved");
        assertThat(approved.pinned().revision()).isEqualTo(lower);
        stage.await("homelab", "VirtualMachinesAligned", "True Aligned");
        assertThat(stage.machines().cpuFields("web"))
                .startsWith(approved.pinned().cpuModel() + " ");

        // And who edits takes that away neither by a patch nor by writing the whole object, and may do all the rest
        assertThat(errors(patch(editor, "{\"approvedRevision\": null}"))).contains(POLICY);
        assertThat(errors(replace(editor, BASELINE))).contains(POLICY);
        assertThat(patch(editor, "{\"features\": {\"exclude\": [\"aes\"]}}").exitCode())
                .isZero();
        assertThat(stage.await("homelab", seen -> {}).pinned().revision()).isEqualTo(lower);
    }

    @Test
    void aNewBaselineApprovesNothingThatItsCreatorMayNotApprove() {
        // Given
        Kubectl editor = user("editor", "view", "edit");
        Kubectl approver = user("approver", "view", "edit", "approve");
        stage.apply(BASELINE);
        awaitPolicy(editor);
        editor.run("delete", "ccb", "homelab");

        // When, Then
        assertThat(errors(create(editor, BASELINE + "  approvedRevision: Nehalem-0123456789\n")))
                .contains(POLICY, "spec.approvedRevision");
        String following = BASELINE.replace("lower: {", "lower: {policy: Automatic, ");
        assertThat(following).contains("policy: Automatic");
        assertThat(errors(create(editor, following))).contains(POLICY, "spec.changes");
        assertThat(create(editor, BASELINE).exitCode()).isZero();

        // And who may approve creates them so
        approver.run("delete", "ccb", "homelab");
        assertThat(create(approver, following + "  approvedRevision: Nehalem-0123456789\n")
                        .exitCode())
                .isZero();
    }

    /** Somebody with a token of their own, to whom these of the chart's roles are bound. */
    private static Kubectl user(String name, String... roles) {
        stage.apply("""
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: %s, namespace: default}
                """.formatted(name)
                + Stream.of(roles).map(role -> """
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: %1$s-%2$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cpu-baseline-%2$s}
                subjects: [{kind: ServiceAccount, name: %1$s, namespace: default}]
                """.formatted(name, role)).collect(Collectors.joining()));
        return stage.lab().kubectl().as(stage.lab().kubeconfigFor("default", name));
    }

    private static Tool.Result patch(Kubectl who, String spec) {
        return who.tryRun("patch", "ccb", "homelab", "--type=merge", "-p", "{\"spec\": " + spec + "}");
    }

    private static String approval(String revision) {
        return "{\"approvedRevision\": \"" + revision + "\"}";
    }

    private static Tool.Result create(Kubectl who, String manifest) {
        return who.tryRun("create", "-f", file(manifest));
    }

    private static Tool.Result replace(Kubectl who, String manifest) {
        return who.tryRun("replace", "-f", file(manifest));
    }

    private static String file(String manifest) {
        Path file = stage.lab().directory().resolve("approvals.yaml");
        Directories.write(file, manifest);
        return file.toString();
    }

    private static String errors(Tool.Result result) {
        assertThat(result.exitCode()).as(result.output()).isNotZero();
        return result.errors();
    }

    /** The API server needs a moment to know a new policy. Until then a change is made, so the next one is another. */
    private static void awaitPolicy(Kubectl editor) {
        AtomicInteger tries = new AtomicInteger(1);
        eventually(() -> assertThat(patch(
                                editor,
                                "{\"changes\": {\"raise\": {\"stabilizationSeconds\": %d}}}"
                                        .formatted(tries.incrementAndGet()))
                        .errors())
                .contains(POLICY));
    }
}
