package io.cpubaseline.operator.whynot;

import java.util.ArrayList;
import java.util.List;

/** Lines of 80 columns. */
final class Lines {

    private static final int WIDTH = 80;

    private final List<String> lines = new ArrayList<>();

    List<String> all() {
        return List.copyOf(lines);
    }

    void blank() {
        lines.add("");
    }

    /** Breaks between words, and goes on beneath the text; a word that is longer than a line stays whole, so that it can be copied. */
    void wrapped(String head, String text) {
        wrapped(head, " ".repeat(head.length()), text);
    }

    /** The same, going on behind something else. */
    void wrapped(String head, String further, String text) {
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
