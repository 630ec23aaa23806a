package io.cpubaseline.guest;

import java.util.ArrayList;
import java.util.List;

/** One migration, two targets: what the guest wrote on each of them, from the last beat on that both have. */
final class SideBySide {
    private static final int LEFT_WIDTH = 46;
    private static final int MOST = 16;
    private static final int LAST = 5;

    private SideBySide() {}

    /** The lines of a table with two columns. */
    static List<String> of(String leftTitle, Console left, String rightTitle, Console right, int lastCommonBeat) {
        List<String> lefts = shortened(since(lastCommonBeat, left));
        List<String> rights = shortened(since(lastCommonBeat, right));
        List<String> table = new ArrayList<>(List.of(row(leftTitle, rightTitle), row("", "")));
        for (int i = 0; i < Math.max(lefts.size(), rights.size()); i++) {
            table.add(row(i < lefts.size() ? lefts.get(i) : "", i < rights.size() ? rights.get(i) : ""));
        }
        return table;
    }

    private static String row(String left, String right) {
        String cut = left.length() > LEFT_WIDTH ? left.substring(0, LEFT_WIDTH) : left;
        return (cut + " ".repeat(LEFT_WIDTH - cut.length()) + " | " + right).stripTrailing();
    }

    private static List<String> since(int beat, Console console) {
        List<String> lines = console.lines();
        List<String> shown = new ArrayList<>();
        for (String line : lines.subList(lines.indexOf("beat " + beat), lines.size())) {
            if (!line.startsWith("look") && !line.contains("stress-ng: metrc")) {
                shown.add(line.replaceFirst("^\\[ *[0-9.]+\\] ", "") // the kernel's clock
                        .replaceFirst(" ip:.* in ", " in ")
                        .replaceFirst("info: +\\[[0-9]+\\] ", ""));
            }
            if (line.contains("Kernel panic")) {
                break; // what follows are the CPU's registers
            }
        }
        return shown;
    }

    private static List<String> shortened(List<String> lines) {
        if (lines.size() <= MOST) {
            return lines;
        }
        List<String> shorter = new ArrayList<>(lines.subList(0, MOST - LAST - 1));
        shorter.add("...");
        shorter.addAll(lines.subList(lines.size() - LAST, lines.size()));
        return shorter;
    }
}
