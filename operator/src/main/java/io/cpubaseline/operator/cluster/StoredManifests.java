package io.cpubaseline.operator.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cpubaseline.manifest.ManifestTree;
import io.cpubaseline.manifest.SameObjects;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;

/** Objects of files as an API server would have them: well-formed, in a namespace where they have one, and each once. */
public final class StoredManifests {

    private StoredManifests() {}

    /**
     * Reads all objects of the kinds that commands read; others are passed over.
     *
     * @param paths files, directories, or {@code -}; see {@link ManifestTree#each}
     * @param standardInput what {@code -} stands for
     * @param consumer takes each; one that was there before, in an older version, is to be replaced
     * @throws io.cpubaseline.manifest.InputException for the first mistake
     */
    public static void each(List<String> paths, InputStream standardInput, Consumer<ManifestTree> consumer) {
        SameObjects same = new SameObjects();
        ManifestTree.each(paths, standardInput, object -> {
            if (StoredObject.isRead(object)) {
                StoredObject.check(object);
                if (same.counts(object, StoredObject.isOfNamespace(object) ? namespace(object) : "")) {
                    consumer.accept(object);
                }
            }
        });
    }

    /** One that names no namespace is created in that of kubectl's context: in most files that is the default one. */
    private static String namespace(ManifestTree object) {
        if (object.root().path("metadata") instanceof ObjectNode metadata && !metadata.has("namespace")) {
            metadata.put("namespace", "default");
        }
        return object.root().at("/metadata/namespace").asText();
    }
}
