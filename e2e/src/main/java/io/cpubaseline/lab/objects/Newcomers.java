package io.cpubaseline.lab.objects;

import io.cpubaseline.lab.process.Wait;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The objects that have come since a lab had started: all but those that it is told to keep. For one thread. */
public final class Newcomers {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What controllers put into every namespace, again and again. */
    private static final Set<String> OF_EVERY_NAMESPACE =
            Set.of("serviceaccounts/default", "configmaps/kube-root-ca.crt");

    private final ApiObjects api;
    private final Set<String> uidsAtStart = new HashSet<>();
    private final Set<String> namespacesAtStart = new HashSet<>();

    /** Among these objects. */
    public Newcomers(ApiObjects api) {
        this.api = api;
    }

    /** Counts this object, as the API server has answered it, as one that was there at the start. */
    public void keep(HasMetadata object) {
        uidsAtStart.add(object.getMetadata().getUid());
    }

    /**
     * Counts all objects of Kubernetes' own kinds that there are now as there at the start. Of custom kinds only those are kept that {@link
     * #keep} was told: to list each kind would wait until the server has set up a cache for it.
     */
    public void keepAllBuiltIn() {
        Set<String> definitions = api.definitions();
        List<ApiObjects.Resource> builtIn = api.resources().stream()
                .filter(ApiObjects.Resource::canBeCleared)
                .filter(resource -> !definitions.contains(resource.qualifiedName()))
                .toList();
        for (ApiObjects.Found found : api.list(builtIn)) {
            uidsAtStart.add(found.uid());
            if (found.resource().isNamespace()) {
                namespacesAtStart.add(found.name());
            }
        }
    }

    /**
     * Deletes them, of whatever kind, namespaces with all that is in them too; returns when they are gone.
     *
     * @throws io.cpubaseline.lab.process.LabException when some keep coming back
     */
    public void delete() {
        Wait.until(
                () -> {
                    List<ApiObjects.Found> found = find();
                    found.forEach(api::delete);
                    return found.isEmpty();
                },
                PATIENCE,
                () -> "these objects keep coming back: "
                        + find().stream().map(ApiObjects.Found::path).collect(Collectors.joining(" ")));
    }

    private List<ApiObjects.Found> find() {
        List<ApiObjects.Resource> resources = api.resources().stream()
                .filter(ApiObjects.Resource::canBeCleared)
                // Namespaces come last: what is in them goes first.
                .sorted(Comparator.comparing(ApiObjects.Resource::isNamespace))
                .toList();
        return api.list(resources).stream()
                .filter(found -> !uidsAtStart.contains(found.uid()))
                .filter(found -> !isLeaseOfTheLab(found))
                .filter(found -> !OF_EVERY_NAMESPACE.contains(found.resource().plural() + "/" + found.name()))
                .toList();
    }

    /** The lab's own controllers and nodes hold these. */
    private boolean isLeaseOfTheLab(ApiObjects.Found found) {
        return found.resource().plural().equals("leases")
                && !found.namespace().equals("default")
                && namespacesAtStart.contains(found.namespace());
    }
}
