package io.cpubaseline.operator.watch;

import static io.cpubaseline.operator.watch.JsonFields.each;
import static io.cpubaseline.operator.watch.JsonFields.text;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.operator.watch.JsonFields.ItemReader;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * What one page of a list says about the list.
 *
 * @param resourceVersion where a watch can go on after the last page
 * @param next the token that continues the list; empty after the last page
 */
record ListPage(String resourceVersion, String next) {

    /**
     * Reads a page item by item.
     *
     * @param page stands before the answer's first token
     * @param following takes the token that continues the list as soon as it is read, which the API server sends before the items; is not asked
     *     at the last page
     * @param items takes each item
     * @throws IOException if the answer is no list: what it lacks must not be taken for gone
     */
    static ListPage read(JsonParser page, Consumer<String> following, ItemReader items) throws IOException {
        String[] versionAndNext = {"", ""};
        boolean[] hasItems = {false};
        page.nextToken();
        each(page, (field, value) -> {
            switch (field) {
                case "metadata" -> {
                    each(value, (name, content) -> {
                        switch (name) {
                            case "resourceVersion" -> versionAndNext[0] = text(content);
                            case "continue" -> versionAndNext[1] = text(content);
                            default -> {}
                        }
                    });
                    if (!versionAndNext[1].isEmpty()) {
                        following.accept(versionAndNext[1]);
                    }
                }
                case "items" -> {
                    hasItems[0] = true;
                    JsonFields.eachItem(value, items);
                }
                default -> {}
            }
        });
        if (!hasItems[0] || versionAndNext[0].isEmpty()) {
            throw new IOException("the answer is no list: it lacks items or metadata.resourceVersion");
        }
        return new ListPage(versionAndNext[0], versionAndNext[1]);
    }
}
