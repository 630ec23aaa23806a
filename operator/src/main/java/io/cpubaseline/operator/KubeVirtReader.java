package io.cpubaseline.operator;

import static io.cpubaseline.operator.JsonFields.each;
import static io.cpubaseline.operator.JsonFields.shared;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** Reads KubeVirt's own resource, of which a cluster has one: whether KubeVirt is up, and in which version. */
final class KubeVirtReader implements ObjectReader<KubeVirtReader.KubeVirtView> {

    /**
     * An installation of KubeVirt.
     *
     * @param namespace where it is installed
     * @param name what it is called
     * @param phase {@code Deployed} when it is up; empty before it is
     * @param observedVersion the version that is running; empty if not known
     * @param targetVersion the version that is to run; another one during an upgrade; empty if not known
     */
    record KubeVirtView(String namespace, String name, String phase, String observedVersion, String targetVersion) {}

    @Override
    public KubeVirtView read(JsonParser object) throws IOException {
        String[] found = {"", "", "", "", ""};
        each(object, (field, value) -> {
            switch (field) {
                case "metadata" ->
                    each(value, (part, content) -> {
                        switch (part) {
                            case "namespace" -> found[0] = shared(content);
                            case "name" -> found[1] = shared(content);
                            default -> {}
                        }
                    });
                case "status" ->
                    each(value, (part, content) -> {
                        switch (part) {
                            case "phase" -> found[2] = shared(content);
                            case "observedKubeVirtVersion" -> found[3] = shared(content);
                            case "targetKubeVirtVersion" -> found[4] = shared(content);
                            default -> {}
                        }
                    });
                default -> {}
            }
        });
        return new KubeVirtView(found[0], found[1], found[2], found[3], found[4]);
    }

    @Override
    public ObjectName nameOf(KubeVirtView view) {
        return new ObjectName(view.namespace(), view.name());
    }
}
