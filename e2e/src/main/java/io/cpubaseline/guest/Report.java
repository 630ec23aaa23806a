package io.cpubaseline.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is shown on standard output, and whether all of it is right. */
final class Report {
    private static final int WIDTH = 130;
    private static final int MARGIN = 12;

    private final List<String> wrong = new ArrayList<>();
    private int checks;

    void step(String title) {
        say("");
        say("=== " + title);
        say("");
    }

    void say(String text) {
        System.out.println(text);
    }

    /** A line by a format, with decimal points. */
    void say(String format, Object... values) {
        say(String.format(Locale.ROOT, format, values));
    }

    /** Words under a title, in as many lines as they take; a word brings the separator to the next one with it. */
    void list(String title, List<String> words) {
        StringBuilder line = new StringBuilder(title).append(" ".repeat(MARGIN - title.length()));
        for (String word : words) {
            if (line.length() + word.length() > WIDTH) {
                say(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(MARGIN));
            }
            line.append(word);
        }
        say(line.toString().stripTrailing());
    }

    /** Words under a title, separated by spaces. */
    void listSpaced(String title, List<String> words) {
        list(title, words.stream().map(word -> word + " ").toList());
    }

    /**
     * Something that must hold.
     *
     * @param what said at the end if it does not
     */
    void check(String what, boolean right) {
        checks++;
        if (!right) {
            wrong.add(what);
        }
    }

    /** Says whether everything was right. */
    boolean verdict() {
        step(wrong.isEmpty() ? "Everything shown was checked (" + checks + " checks) and is right" : "NOT right:");
        wrong.forEach(what -> say("  " + what));
        return wrong.isEmpty();
    }
}
