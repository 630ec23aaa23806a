package io.cpubaseline.stories.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Sees every version of every instance from now on, and counts how many of those that were Ready once are not at a time. */
public final class Availability implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Watch watch;
    private final Set<String> known = new HashSet<>();
    private final Set<String> ready = new HashSet<>();
    private int most;

    /** Watches all namespaces. */
    public Availability(KubernetesClient client) {
        watch = client.genericKubernetesResources("kubevirt.io/v1", "VirtualMachineInstance")
                .inAnyNamespace()
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, GenericKubernetesResource instance) {
                        saw(action, instance);
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        // Whoever misses something sees fewer than there were: the story compares the numbers of
                        // restarts, too.
                    }
                });
    }

    private synchronized void saw(Watcher.Action action, GenericKubernetesResource instance) {
        String name = instance.getMetadata().getNamespace() + "/"
                + instance.getMetadata().getName();
        boolean isReady = action != Watcher.Action.DELETED
                && StreamSupport.stream(
                                JSON.<JsonNode>valueToTree(instance)
                                        .at("/status/conditions")
                                        .spliterator(),
                                false)
                        .anyMatch(condition -> condition.path("type").asText().equals("Ready")
                                && condition.path("status").asText().equals("True"));
        if (isReady) {
            known.add(name);
            ready.add(name);
        } else {
            ready.remove(name);
        }
        most = Math.max(most, known.size() - ready.size());
    }

    /** How many have been Ready. */
    public synchronized int known() {
        return known.size();
    }

    /** How many of them were not, at most, at any moment. */
    public synchronized int mostUnavailable() {
        return most;
    }

    @Override
    public void close() {
        watch.close();
    }
}
