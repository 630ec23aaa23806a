package io.cpubaseline.host;

import io.cpubaseline.host.Processors.Processor;
import io.cpubaseline.manifest.InputException;
import io.cpubaseline.manifest.Place;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Reads {@code /proc/cpuinfo} of an x86 Linux (arch/x86/kernel/cpu/proc.c): a block per logical CPU, blank lines between them. */
final class CpuInfoReader {

    /** As many as Linux can be built for (CONFIG_NR_CPUS). */
    private static final int MOST_PROCESSORS = 8192;

    private static final String PROCESSOR = "processor";
    private static final String FLAGS = "flags";

    private final TextLines lines;
    private final Map<String, String> block = new HashMap<>();
    private final Set<String> numbers = new HashSet<>();

    CpuInfoReader(TextLines lines) {
        this.lines = lines;
    }

    Processors read() throws IOException {
        Processors processors = new Processors(lines.place());
        Place start = lines.place();
        String last = "";
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.isBlank()) {
                finish(processors, start);
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new InputException(
                        lines.place(),
                        "expected a line \"field : value\" of /proc/cpuinfo, found none; was something else put into this file?");
            }
            String field = line.substring(0, colon).strip();
            if (field.equals(PROCESSOR)) {
                finish(processors, start);
            }
            if (block.isEmpty()) {
                start = lines.place();
            }
            block.put(field, line.substring(colon + 1).strip());
            last = field;
        }
        finish(processors, start);
        if (lines.cutOff() && last.equals(FLAGS)) {
            processors.remark("its description ends in the middle of a line, and may have been cut off.");
        }
        if (processors.isEmpty()) {
            throw new InputException(start, "expected the processors of /proc/cpuinfo, found none");
        }
        processors.count(numbers.size());
        return processors;
    }

    private void finish(Processors processors, Place start) {
        if (block.isEmpty()) {
            return;
        }
        String number = block.getOrDefault(PROCESSOR, "");
        String flags = block.getOrDefault(FLAGS, "");
        if (!block.containsKey("vendor_id") || !block.containsKey("cpu family") && flags.isEmpty()) {
            throw new InputException(
                    start,
                    block.size() > 1 && block.keySet().stream().anyMatch(CpuInfoReader::isOfAnotherArchitecture)
                            ? "expected /proc/cpuinfo of an x86-64 machine, found that of another architecture: only x86-64 has these CPU models; leave the file out"
                            : "expected processor %s with its vendor_id and flags, found less: the file may have been cut off"
                                    .formatted(number));
        }
        if (flags.isEmpty()) {
            throw new InputException(
                    start,
                    "expected the flags of processor %s, found none: the file may have been cut off".formatted(number));
        }
        if (!numbers.add(number)) {
            throw new InputException(
                    start, "processor %s is there twice: give each host a file of its own".formatted(number));
        }
        if (numbers.size() > MOST_PROCESSORS) {
            throw new InputException(start, "expected at most %d processors, found more".formatted(MOST_PROCESSORS));
        }
        processors.add(
                new Processor(
                        block.getOrDefault("vendor_id", ""),
                        block.getOrDefault("cpu family", ""),
                        block.getOrDefault("model", ""),
                        block.getOrDefault("stepping", ""),
                        Set.copyOf(Words.of(flags))),
                start);
        block.clear();
    }

    /** Fields that x86 doesn't have: ARM's, POWER's, IBM Z's, RISC-V's. */
    private static boolean isOfAnotherArchitecture(String field) {
        return Set.of(
                        "Features",
                        "CPU architecture",
                        "CPU implementer",
                        "cpu",
                        "revision",
                        "# processors",
                        "isa",
                        "hart")
                .contains(field);
    }
}
