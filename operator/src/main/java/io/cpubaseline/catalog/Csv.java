package io.cpubaseline.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the catalog's tables: lines that begin with {@code #} are comments, the first other line names the columns, a cell may be
 * quoted, and a quote inside of it is doubled (RFC 4180 but for line breaks in cells, which no table needs).
 */
final class Csv {

    private Csv() {}

    /**
     * The rows of a table, in order; each maps every column's name to its cell, which is empty where the table says nothing.
     *
     * @param table a file beside this class, for example {@code flag-names.csv}
     * @throws IllegalStateException if the table is missing or malformed: the program is built wrongly
     */
    static List<Map<String, String>> read(String table) {
        InputStream resource = Csv.class.getResourceAsStream(table);
        if (resource == null) {
            throw new IllegalStateException("the catalog has no table " + table);
        }
        try (var reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return rows(table, reader);
        } catch (IOException e) {
            throw new UncheckedIOException("the catalog's table " + table + " can't be read", e);
        }
    }

    private static List<Map<String, String>> rows(String table, BufferedReader reader) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        List<String> columns = List.of();
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> cells = cells(line);
            if (columns.isEmpty()) {
                columns = cells;
                continue;
            }
            if (cells.size() != columns.size()) {
                throw new IllegalStateException("line " + number + " of the catalog's table " + table + " has "
                        + cells.size() + " cells; expected " + columns.size() + " (" + String.join(",", columns)
                        + ")");
            }
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 0; i < cells.size(); i++) {
                row.put(columns.get(i), cells.get(i));
            }
            rows.add(Collections.unmodifiableMap(row));
        }
        return Collections.unmodifiableList(rows);
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                    cell.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
