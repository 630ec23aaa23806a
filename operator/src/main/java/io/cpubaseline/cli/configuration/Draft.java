package io.cpubaseline.cli.configuration;

import io.cpubaseline.console.Lines;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Lines of a configuration under construction: comments as its syntax has them, in 80 columns, and lines that are taken as they are. */
final class Draft {

    private final List<String> lines = new ArrayList<>();
    private final String opening;
    private final String further;
    private final String closing;

    private Draft(String opening, String further, String closing) {
        this.opening = opening;
        this.further = further;
        this.closing = closing;
    }

    /** Comments begin with {@code #}: YAML, shells, nova.conf, cpu-models.conf. */
    static Draft ofHashes() {
        return new Draft("# ", "# ", "");
    }

    /** Comments are those of XML, which must not have {@code --} in their text. */
    static Draft ofXml() {
        return new Draft("<!-- ", "     ", " -->");
    }

    /** A line of comment, which isn't broken. */
    void heading(String text) {
        lines.add(opening + text + closing);
    }

    /** A paragraph. */
    void comment(String text) {
        Lines wrapped = new Lines();
        wrapped.wrapped(opening, further, text + closing);
        lines.addAll(wrapped.all());
    }

    /** A command in a comment, which isn't broken. */
    void command(String text) {
        heading("  " + text);
    }

    /** A line of the configuration itself. */
    void line(String text) {
        lines.add(text);
    }

    /** Lines of the configuration itself. */
    void text(String text) {
        text.lines().forEach(lines::add);
    }

    /**
     * A block for each CPU, which begins with what it is.
     *
     * @param separator what stands between two blocks
     * @param block adds what follows
     */
    void blocks(List<CommonCpu> cpus, String separator, Consumer<CommonCpu> block) {
        for (CommonCpu cpu : cpus) {
            if (!lines.isEmpty()) {
                lines.add(separator);
            }
            heading(cpu.title());
            block.accept(cpu);
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
