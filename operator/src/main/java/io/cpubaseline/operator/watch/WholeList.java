package io.cpubaseline.operator.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.watch.JsonFields.ItemReader;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All objects of a kind, read once and item by item: for commands that end. While one page is read, the API server makes the next one. */
public final class WholeList {

    static final JsonFactory JSON = new SkippingJson(new JsonFactoryBuilder());

    private static final int PAGE = 500;

    /** More than any page takes. */
    static final Duration LONGEST_PAGE = Duration.ofMinutes(5);

    private final ApiServer api;
    private final String path;
    private ApiServer.@Nullable Opening following;

    private WholeList(ApiServer api, String path) {
        this.api = api;
        this.path = path;
    }

    /**
     * Reads a collection.
     *
     * @param path of the collection, such as {@code /api/v1/nodes}
     * @param items takes each item
     * @throws ApiServer.Unsuccessful if the API server refuses to list it
     * @throws IOException if it can't be read
     */
    public static void each(ApiServer api, String path, ItemReader items) throws IOException {
        new WholeList(api, path).read(items);
    }

    private void read(ItemReader items) throws IOException {
        ask("");
        try {
            ListPage page;
            do {
                ApiServer.Opening asked = Objects.requireNonNull(following);
                following = null;
                try (InputStream body = asked.stream(raw -> {});
                        JsonParser parser = JSON.createParser(body)) {
                    page = ListPage.read(parser, next -> ask("&continue=" + ApiServer.encoded(next)), items);
                }
            } while (!page.next().isEmpty());
        } finally {
            if (following != null) {
                following.giveUp();
            }
        }
    }

    private void ask(String query) {
        following = api.ask(page(path, query), LONGEST_PAGE);
    }

    /** The path and query of one page. */
    static String page(String path, String query) {
        return path + (path.contains("?") ? "&" : "?") + "limit=" + PAGE + query;
    }
}
