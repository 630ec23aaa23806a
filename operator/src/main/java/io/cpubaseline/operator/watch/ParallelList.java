package io.cpubaseline.operator.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Opening;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All objects of a kind, read once, two pages at a time, while the API server makes a third one: for commands that end, and kinds of which big clusters have
 * a hundred megabytes. What was read of a page is held until those before it have been handed over, so it should be small.
 *
 * @param <T> what is read of an object
 */
public final class ParallelList<T> implements AutoCloseable {

    /** One thread could be busy with decompressing alone for a third of its time. */
    private static final int READERS = 2;

    private final ApiServer api;
    private final String path;
    private final Reader<T> reader;
    private final ExecutorService readers = Executors.newFixedThreadPool(READERS, ParallelList::daemon);
    private final Future<Page<T>> first;

    /** What was asked for and isn't read yet: the page after those that are being read. */
    private volatile @Nullable Opening following;

    /**
     * Reads one object. Safe for use by several threads.
     *
     * @param <T> what is read of it
     */
    @FunctionalInterface
    public interface Reader<T> {

        /**
         * Reads it.
         *
         * @param object stands at the object's first token, afterwards there or at its last
         */
        T read(JsonParser object) throws IOException;
    }

    /** @param next the page after it; null after the last one */
    private record Page<T>(List<T> items, @Nullable Future<Page<T>> next) {}

    private ParallelList(ApiServer api, String path, Reader<T> reader) {
        this.api = api;
        this.path = path;
        this.reader = reader;
        this.first = ask("");
    }

    /**
     * Begins to read a collection, while the caller does something else.
     *
     * @param path of the collection, such as {@code /api/v1/nodes}
     */
    public static <T> ParallelList<T> begin(ApiServer api, String path, Reader<T> reader) {
        return new ParallelList<>(api, path, reader);
    }

    /**
     * Reads a collection.
     *
     * @param path of the collection, such as {@code /api/v1/nodes}
     * @param consumer takes what was read of each item, in the API server's order, on the caller's thread
     * @throws ApiServer.Unsuccessful if the API server refuses to list it
     * @throws IOException if it can't be read
     */
    public static <T> void each(ApiServer api, String path, Reader<T> reader, Consumer<T> consumer) throws IOException {
        begin(api, path, reader).each(consumer);
    }

    /**
     * Hands over the collection that is being read: once.
     *
     * @param consumer takes what was read of each item, in the API server's order, on the caller's thread
     * @throws ApiServer.Unsuccessful if the API server refuses to list it
     * @throws IOException if it can't be read
     */
    public void each(Consumer<T> consumer) throws IOException {
        try {
            Future<Page<T>> next = first;
            while (next != null) {
                Page<T> page = await(next);
                page.items().forEach(consumer);
                next = page.next();
            }
        } finally {
            close();
        }
    }

    /** Whatever isn't read yet is given up. */
    @Override
    public void close() {
        readers.shutdownNow();
        Opening unread = following;
        if (unread != null) {
            unread.giveUp();
        }
    }

    private Future<Page<T>> ask(String query) {
        Opening asked = api.ask(WholeList.page(path, query), WholeList.LONGEST_PAGE);
        following = asked;
        return readers.submit(() -> page(asked));
    }

    private Page<T> page(Opening asked) throws IOException {
        following = null;
        List<T> items = new ArrayList<>();
        List<Future<Page<T>>> next = new ArrayList<>(1);
        try (InputStream body = asked.stream(raw -> {});
                JsonParser parser = WholeList.JSON.createParser(body)) {
            ListPage.read(
                    parser,
                    continuation -> next.add(ask("&continue=" + ApiServer.encoded(continuation))),
                    item -> items.add(reader.read(item)));
        }
        return new Page<>(items, next.isEmpty() ? null : next.get(0));
    }

    private static <T> T await(Future<T> page) throws IOException {
        try {
            return page.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "list");
        thread.setDaemon(true);
        return thread;
    }
}
