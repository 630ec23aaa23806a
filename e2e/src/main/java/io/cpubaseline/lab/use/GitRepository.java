package io.cpubaseline.lab.use;

import io.cpubaseline.lab.objects.Yaml;
import io.cpubaseline.lab.process.Command;
import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A Git repository on this machine, with one branch and one committer. What the user of this machine has configured for Git it does not see. */
public final class GitRepository {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_AUTHOR_NAME", "committer",
            "GIT_AUTHOR_EMAIL", "committer@example.org",
            "GIT_COMMITTER_NAME", "committer",
            "GIT_COMMITTER_EMAIL", "committer@example.org");

    private final Path directory;

    private GitRepository(Path directory) {
        this.directory = directory;
    }

    /**
     * A new one, empty, with its files in this directory, which is created.
     *
     * @throws LabException when there is no Git on this machine
     */
    public static GitRepository init(Path directory) {
        Command.run(ENVIRONMENT, List.of("git", "init", "--quiet", "--initial-branch=main", directory.toString()));
        return new GitRepository(directory);
    }

    /** Where the files are as they were committed last. */
    public Path directory() {
        return directory;
    }

    /** A file's text. */
    public String text(String file) {
        return Directories.text(directory.resolve(file));
    }

    /** The objects in all files whose name ends in {@code .yaml}. */
    public List<HasMetadata> objects() {
        return Directories.filesIn(directory, List.of(".yaml")).stream()
                .flatMap(file -> Yaml.objects(file.toString(), Directories.text(file)).stream())
                .toList();
    }

    /** Commits new texts of files, by their names. */
    public void commit(String message, Map<String, String> files) {
        files.forEach((file, text) -> Directories.write(directory.resolve(file), text));
        commitAll(message);
    }

    /**
     * Commits an edit of one file.
     *
     * @throws LabException when it changes nothing
     */
    public void edit(String message, String file, UnaryOperator<String> change) {
        commit(message, Map.of(file, change.apply(text(file))));
    }

    /** Commits the removal of a file. */
    public void remove(String message, String file) {
        try {
            Files.delete(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        commitAll(message);
    }

    /** Takes the last commit back by another one. */
    public void revert() {
        git("revert", "--no-edit", "HEAD");
    }

    private void commitAll(String message) {
        git("add", "--all");
        git("commit", "--quiet", "--message", message);
    }

    private void git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        Command.run(ENVIRONMENT, command);
    }
}
