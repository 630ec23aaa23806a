package io.cpubaseline.lab.objects;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.cpubaseline.lab.process.LabException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Kubernetes objects in YAML or JSON. */
public final class Yaml {
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private Yaml() {}

    /**
     * All objects of a file; lists are taken apart.
     *
     * @param source what to call it in an error
     * @throws LabException when it is not YAML or holds something else
     */
    public static List<HasMetadata> objects(String source, String text) {
        try {
            Object parsed = SERIALIZATION.unmarshal(new ByteArrayInputStream(text.getBytes(UTF_8)));
            List<HasMetadata> objects = new ArrayList<>();
            collect(source, parsed, objects);
            return objects;
        } catch (RuntimeException e) {
            throw new LabException(source + complaint(e.getCause() == null ? e : e.getCause()), e);
        }
    }

    private static String complaint(Throwable failure) {
        if (failure instanceof JsonProcessingException unreadable && unreadable.getLocation() != null) {
            return ", line " + unreadable.getLocation().getLineNr() + ": " + unreadable.getOriginalMessage();
        }
        return ": " + failure.getMessage();
    }

    /**
     * The text of a resource of this module.
     *
     * @param name its path, without a slash at the start
     */
    public static String resource(String name) {
        try (InputStream in = Yaml.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new LabException("the resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void collect(String source, Object parsed, List<HasMetadata> objects) {
        if (parsed instanceof Collection<?> several) {
            several.forEach(each -> collect(source, each, objects));
        } else if (parsed instanceof KubernetesResourceList<?> list) {
            list.getItems().forEach(each -> collect(source, each, objects));
        } else if (parsed instanceof HasMetadata object) {
            objects.add(object);
        } else {
            throw new LabException(source + ": found " + parsed + " instead of a Kubernetes object");
        }
    }
}
