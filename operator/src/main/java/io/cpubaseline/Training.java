package io.cpubaseline;

import java.nio.file.Path;

/**
 * What the class archive is recorded with: the commands that people wait for, run once on the small fleet that ships for this. Used by
 * {@code bin/record-archive} only.
 */
public final class Training {

    private Training() {}

    /**
     * Runs the commands.
     *
     * @param arguments the directory of the training fleet
     */
    public static void main(String[] arguments) {
        String fleet = Path.of(arguments[0]).resolve("fleet.yaml").toString();
        for (String format : new String[] {"table", "json", "yaml"}) {
            int exitCode = Main.run("plan", "-f", fleet, "-o", format);
            if (exitCode != 0) {
                System.exit(exitCode);
            }
        }
    }
}
