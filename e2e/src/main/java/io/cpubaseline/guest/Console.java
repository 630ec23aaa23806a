package io.cpubaseline.guest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a guest has written on its first serial port: see {@code src/main/guest/init}. */
final class Console {
    private static final Pattern BEAT = Pattern.compile("beat (\\d+)");
    private static final Pattern LOAD_DONE = Pattern.compile("stress-ng: metrc: \\[\\d+\\] ([a-z]+) +(\\d+) .*");
    private static final Pattern LOAD_ENDED = Pattern.compile("load ended with exit code (\\d+)");

    private final List<String> lines;

    /** Text up to here; a last line without its end does not count yet. */
    Console(String text) {
        String ended = text.substring(0, text.lastIndexOf('\n') + 1);
        lines = ended.lines().map(line -> line.replace("\r", "")).toList();
    }

    /** All lines. */
    List<String> lines() {
        return lines;
    }

    /** The counter's values, in the order in which they came. */
    List<Integer> beats() {
        return matches(BEAT).map(beat -> Integer.valueOf(beat.group(1))).toList();
    }

    /** The counter's last value; 0 before the first. */
    int lastBeat() {
        List<Integer> beats = beats();
        return beats.isEmpty() ? 0 : beats.get(beats.size() - 1);
    }

    /** Whether the counter has counted 1, 2, 3 … without a gap, a repetition or a step back. */
    boolean isUnbroken() {
        List<Integer> beats = beats();
        for (int i = 0; i < beats.size(); i++) {
            if (beats.get(i) != i + 1) {
                return false;
            }
        }
        return true;
    }

    /** Whether the guest obeys words by now. */
    boolean isListening() {
        return lines.contains("listening");
    }

    /** The answer to the n-th {@code look}, once it is complete. */
    Optional<Look> look(int number) {
        String prefix = "look " + number + " ";
        Optional<String> cpuid = after(prefix + "cpuid ");
        if (cpuid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Look(
                words(after(prefix + "flags ").orElse("")),
                words(after(prefix + "glibc ").orElse("")),
                cpuid.get()));
    }

    /** The answer to {@code mitigations}, once it is complete. */
    Optional<List<String>> mitigations() {
        List<String> found = lines.stream()
                .filter(line -> line.startsWith("mitigations "))
                .map(line -> line.substring("mitigations ".length()))
                .toList();
        return found.contains("end") ? Optional.of(found.subList(0, found.size() - 1)) : Optional.empty();
    }

    /** The exit code of the verified load, once it has ended. */
    Optional<Integer> loadExitCode() {
        return matches(LOAD_ENDED).map(end -> Integer.valueOf(end.group(1))).findFirst();
    }

    /** How many verified operations each part of the load has done; empty before its end. */
    Map<String, Long> loadOperations() {
        Map<String, Long> operations = new LinkedHashMap<>();
        matches(LOAD_DONE).forEach(done -> operations.put(done.group(1), Long.valueOf(done.group(2))));
        return operations;
    }

    /** The kernel's last words, if it died. */
    Optional<String> panic() {
        return lines.stream().filter(line -> line.contains("Kernel panic")).findFirst();
    }

    private Optional<String> after(String prefix) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .findFirst();
    }

    private Stream<Matcher> matches(Pattern pattern) {
        return lines.stream().map(pattern::matcher).filter(Matcher::matches);
    }

    private static List<String> words(String line) {
        return line.isBlank() ? List.of() : List.of(line.strip().split(" +"));
    }

    /**
     * What the CPU looks like from inside.
     *
     * @param flags the line {@code flags} of /proc/cpuinfo
     * @param glibcLevels the levels that glibc's loader finds supported, highest first
     * @param cpuid a checksum of all that glibc's loader reads with the instruction CPUID
     */
    record Look(List<String> flags, List<String> glibcLevels, String cpuid) {
        /** The highest level that glibc uses. Its loader has no name for the lowest. */
        String highestLevel() {
            return glibcLevels.isEmpty() ? "x86-64-v1" : glibcLevels.get(0);
        }
    }
}
