package io.cpubaseline.operator.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A client that was begun on another thread, before whoever needs it has finished reading what it was told: making the first one takes 0.2 s, as long as
 * reading options does. There is one at most; it is taken by who asks for the same cluster, and only once.
 */
public final class PreparedClient {

    private static final AtomicReference<@Nullable PreparedClient> NEXT = new AtomicReference<>();

    private final @Nullable Path kubeconfig;
    private final @Nullable String context;

    /** Nothing if it could not be made without asking anybody. */
    private final CompletableFuture<Optional<Connected>> made;

    /**
     * A client and what it was made from.
     *
     * @param config the settings, which name the cluster in messages
     * @param client whoever has it closes it
     */
    public record Connected(Config config, KubernetesClient client) {}

    private PreparedClient(
            @Nullable Path kubeconfig, @Nullable String context, CompletableFuture<Optional<Connected>> made) {
        this.kubeconfig = kubeconfig;
        this.context = context;
        this.made = made;
    }

    /**
     * Begins to make one, on a thread of its own, if the kubeconfig is a plain one: programs that it names to fetch credentials may have questions, and are
     * left to who needs them. Nobody is asked for anything yet.
     *
     * @param kubeconfig null: as kubectl
     * @param context null: the current one
     */
    public static void begin(@Nullable Path kubeconfig, @Nullable String context) {
        CompletableFuture<Optional<Connected>> made = new CompletableFuture<>();
        NEXT.set(new PreparedClient(kubeconfig, context, made));
        Thread thread = new Thread(() -> make(kubeconfig, context, made), "connection");
        thread.setDaemon(true);
        thread.start();
    }

    private static void make(
            @Nullable Path kubeconfig, @Nullable String context, CompletableFuture<Optional<Connected>> made) {
        try {
            Optional<Config> config = Kubeconfig.plain(kubeconfig, context);
            made.complete(
                    config.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Connected(config.get(), Clients.of(config.get()))));
        } catch (Kubeconfig.Unusable | RuntimeException e) {
            // Whoever needs it meets it again, and has the words for it.
            made.complete(Optional.empty());
        } catch (Error e) {
            made.completeExceptionally(e);
        }
    }

    /**
     * The one that was begun for this cluster, or else a new one.
     *
     * @param kubeconfig null: as kubectl
     * @param context null: the current one
     * @throws Kubeconfig.Unusable if nobody could be reached by it
     */
    public static Connected to(@Nullable Path kubeconfig, @Nullable String context) throws Kubeconfig.Unusable {
        PreparedClient begun = NEXT.getAndSet(null);
        Optional<Connected> made =
                begun != null && Objects.equals(begun.kubeconfig, kubeconfig) && Objects.equals(begun.context, context)
                        ? begun.made.join()
                        : Optional.empty();
        if (made.isPresent()) {
            return made.get();
        }
        Config config = Kubeconfig.read(kubeconfig, context);
        return new Connected(config, Clients.of(config));
    }
}
