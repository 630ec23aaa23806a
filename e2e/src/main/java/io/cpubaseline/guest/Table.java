package io.cpubaseline.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/** Reads the two-column tables of facts that this package ships: comments begin with {@code #}, the first other line names the columns. */
final class Table {
    private Table() {}

    /** Hands over each row's two cells; a cell is empty where the table says nothing. */
    static void read(String name, BiConsumer<String, String> row) {
        try (InputStream table = Table.class.getResourceAsStream("/guest/" + name)) {
            if (table == null) {
                throw new IllegalStateException("the table " + name + " is missing");
            }
            List<String> lines = new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
            for (String line : lines.subList(1, lines.size())) {
                int comma = line.indexOf(',');
                row.accept(line.substring(0, comma), line.substring(comma + 1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
