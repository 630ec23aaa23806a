package io.cpubaseline.cli.page;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the page was made from and when, as far as it is told: no path of the machine on which it was made.
 *
 * @param inputs the names of files and directories; none if a cluster was asked
 * @param made when, in words
 */
record Origin(List<String> inputs, Optional<String> made) {

    static Origin of(List<String> paths, Optional<String> made) {
        return new Origin(paths.stream().map(Origin::name).toList(), made);
    }

    private static String name(String path) {
        if (path.equals("-")) {
            return "standard input";
        }
        Path name = Path.of(path).toAbsolutePath().normalize().getFileName();
        return name == null ? "a directory" : name.toString();
    }
}
