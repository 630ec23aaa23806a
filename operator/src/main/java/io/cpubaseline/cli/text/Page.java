package io.cpubaseline.cli.text;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Text for a terminal of 80 columns: fields with a name in front, paragraphs and headings. Nothing is wider. */
public final class Page {

    /** The columns of a terminal that nothing goes beyond. */
    public static final int WIDTH = 80;

    private static final int NAME = 12;
    private static final String INDENT = "  ";
    private static final String FURTHER = "    ";

    private final List<String> lines = new ArrayList<>();

    /** What is on it so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** A heading, or a paragraph that stands by itself; after something else with an empty line before it. */
    public void heading(String text) {
        if (!lines.isEmpty()) {
            lines.add("");
        }
        broken("", "", text);
    }

    /** A field; an empty name goes on with the one above. */
    public void field(String name, String text) {
        broken("%-12s".formatted(name), " ".repeat(NAME), text);
    }

    /** A paragraph under a heading. */
    public void item(String text) {
        broken(INDENT, FURTHER, text);
    }

    /** A command to be copied: its lines are printed as they are. */
    public void command(List<String> command) {
        command.forEach(line -> lines.add(FURTHER + line));
    }

    /** Rows under a heading. */
    public void table(Table table) {
        table.lines(WIDTH - INDENT.length()).forEach(line -> lines.add(INDENT + line));
    }

    /** Broken at spaces; a word that is longer than a line is broken anywhere. */
    private void broken(String first, String further, String text) {
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (Iterator<String> words = List.of(text.split(" ", -1)).iterator(); words.hasNext(); ) {
            String word = words.next();
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(further);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
            while (line.length() > WIDTH) {
                lines.add(line.substring(0, WIDTH));
                line = new StringBuilder(further).append(line.substring(WIDTH));
            }
        }
        lines.add(line.toString().stripTrailing());
    }
}
