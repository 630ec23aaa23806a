package io.cpubaseline.stories.gitops;

import io.cpubaseline.lab.use.GitRepository;
import io.cpubaseline.stories.stage.Machines;
import io.cpubaseline.stories.stage.Stage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What stories keep in Git: a baseline for the home lab's Intel nodes, and halted machines for it, each in a file by its name. */
final class Repositories {
    static final List<String> MACHINES = List.of("cache", "db", "mail", "web");

    /** The file that has the baseline. */
    static final String BASELINE = "intel.yaml";

    private Repositories() {}

    /** A new one in a directory named after it, and the nodes for it. */
    static GitRepository create(Stage stage, String name) {
        stage.homelab();
        GitRepository git = GitRepository.init(stage.lab().directory().resolve("git-" + name));
        Map<String, String> files = new TreeMap<>();
        files.put(BASELINE, Stage.patchingVendor("intel", "Intel"));
        MACHINES.forEach(machine -> files.put(machine + ".yaml", Machines.manifest(machine, "intel")));
        git.commit("Baseline and machines", files);
        return git;
    }

    /** Approves a revision by a commit, in place of one that was approved before. */
    static void approve(GitRepository git, String revision) {
        git.edit(
                "Approve " + revision,
                BASELINE,
                text -> text.replaceAll("  approvedRevision: .*\n", "")
                        .replace("spec:\n", "spec:\n  approvedRevision: " + revision + "\n"));
    }
}
