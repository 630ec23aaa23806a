package io.cpubaseline.console;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Files that a command reads instead of asking a cluster: a mixin. */
public final class InputPaths {

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "PATH",
            description =
                    "File or directory (*.yaml, *.yml, *.json, with subdirectories), or - for standard input, instead of a"
                            + " cluster. May be repeated.")
    private List<String> paths = new ArrayList<>();

    /** As they were given; none if a cluster is asked. */
    public List<String> all() {
        return List.copyOf(paths);
    }
}
