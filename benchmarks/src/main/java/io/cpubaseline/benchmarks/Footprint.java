package io.cpubaseline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process takes of the machine, as Linux tells it. */
final class Footprint {

    private static final long TICKS_PER_SECOND = 100;

    private final Path directory;

    private Footprint(Path directory) {
        this.directory = directory;
    }

    static Footprint of(long pid) {
        return new Footprint(Path.of("/proc/" + pid));
    }

    /** Memory that it has resident, in megabytes. */
    long resident() throws IOException {
        return megabytes("VmRSS");
    }

    /** The most that it ever had resident, in megabytes. */
    long peak() throws IOException {
        return megabytes("VmHWM");
    }

    /** Seconds of a core that it has used. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(directory.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (double) (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    private long megabytes(String field) throws IOException {
        return Files.readAllLines(directory.resolve("status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow(() -> new IOException(directory + " has no " + field));
    }
}
