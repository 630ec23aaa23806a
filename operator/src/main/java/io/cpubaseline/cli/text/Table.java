package io.cpubaseline.cli.text;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns as wide as their widest cell, as kubectl prints them. The last column takes what is left of a line. */
public final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** One with these headings. */
    public Table(String... headings) {
        rows.add(List.of(headings));
    }

    /** Another row, of as many cells as there are headings. */
    public void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** The lines; what would go beyond this width is cut off. */
    List<String> lines(int width) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                boolean last = column == row.size() - 1;
                line.append(row.get(column));
                if (!last) {
                    line.append(" ".repeat(width(column) - row.get(column).length()))
                            .append(GAP);
                }
            }
            String text = line.toString().stripTrailing();
            lines.add(text.length() <= width ? text : text.substring(0, width - 1) + "…");
        }
        return lines;
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
