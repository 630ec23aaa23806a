package io.cpubaseline.cli.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cpubaseline.console.Terminal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where and in which format {@code plan} prints: a mixin. */
final class PlanConsole extends Terminal {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = {
                "${COMPLETION-CANDIDATES}. Default: table",
                "kubevirt, hco, harvester, libvirt, qemu, nova, proxmox: the answer as their configuration, a block for"
                        + " each CPU vendor. Without an answer standard output stays empty."
            })
    private @Nullable PlanFormat format;

    /** The format that the user has named; nothing if none. */
    Optional<PlanFormat> named() {
        return Optional.ofNullable(format);
    }

    /** The format in which to print. */
    PlanFormat format() {
        return named().orElse(PlanFormat.table);
    }

    /**
     * Prints a document in the user's format, which is {@link PlanFormat#json} or {@link PlanFormat#yaml}.
     *
     * @throws JsonProcessingException if it can't be written, which is a fault of the program
     */
    void print(Object document) throws JsonProcessingException {
        if (format() == PlanFormat.json) {
            printJson(document);
        } else {
            printYaml(document);
        }
    }
}
