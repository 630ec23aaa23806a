package io.cpubaseline.stories.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a watch of all machines has shown. */
public final class MachineWitness implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<String>> seen = new ConcurrentHashMap<>();
    private final Watch watch;
    private volatile @Nullable WatcherException broken;

    public MachineWitness(KubernetesClient client) {
        watch = client.genericKubernetesResources("kubevirt.io/v1", "VirtualMachine")
                .inNamespace("default")
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, GenericKubernetesResource machine) {
                        see(machine);
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                        broken = cause;
                    }
                });
    }

    private void see(GenericKubernetesResource machine) {
        String fields = Machines.cpuFields(JSON.<JsonNode>valueToTree(machine).at("/spec/template/spec/domain/cpu"));
        seen.merge(
                machine.getMetadata().getName(),
                List.of(fields),
                (before, one) -> before.get(before.size() - 1).equals(fields)
                        ? before
                        : Stream.concat(before.stream(), one.stream()).toList());
    }

    /** All that was in the CPU fields of each, as {@link Machines#cpuFields} has it, in order. */
    public Map<String, List<String>> cpuFields() {
        if (broken != null) {
            throw new AssertionError("the watch has ended", broken);
        }
        return Map.copyOf(seen);
    }

    /** Names of those whose CPU fields have changed. */
    public Set<String> changed() {
        return cpuFields().entrySet().stream()
                .filter(machine -> machine.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        watch.close();
    }
}
