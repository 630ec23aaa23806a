package io.cpubaseline.console;

import java.util.ArrayList;
import java.util.List;

/** Lines of 80 columns for a terminal. */
public final class Lines {

    private static final int WIDTH = 80;

    private final List<String> lines = new ArrayList<>();

    /** All of them. */
    public List<String> all() {
        return List.copyOf(lines);
    }

    /** An empty one. */
    public void blank() {
        lines.add("");
    }

    /** Breaks between words, and goes on beneath the text; a word that is longer than a line stays whole, so that it can be copied. */
    public void wrapped(String head, String text) {
        wrapped(head, " ".repeat(head.length()), text);
    }

    /** The same, going on behind something else. */
    public void wrapped(String head, String further, String text) {
        StringBuilder line = new StringBuilder(head);
        boolean first = true;
        for (String word : text.split(" ", -1)) {
            if (!first && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(further);
                first = true;
            }
            line.append(first ? "" : " ").append(word);
            first = false;
        }
        lines.add(line.toString());
    }
}
