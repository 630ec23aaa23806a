package io.cpubaseline.scheduling;

import java.util.Map;

/**
 * From where a guest would migrate.
 *
 * @param node the node that it runs on
 * @param labels that node's labels; empty if they aren't known
 * @param selector the node selector of the pod that it runs in; empty if it isn't known
 */
public record Source(String node, Map<String, String> labels, Map<String, String> selector) {

    private static final String ANYWHERE = "its node";

    /** Makes the selector immutable; the labels may be large, and are only read. */
    public Source {
        selector = Map.copyOf(selector);
    }

    /** Whether a migration has written into its pod what the host model of its first node demanded. */
    boolean hasHostModelOfItsFirstNode() {
        return selector.keySet().stream()
                .anyMatch(key ->
                        key.startsWith(KubeVirtLabels.FEATURE) || key.startsWith(KubeVirtLabels.MIGRATION_MODEL));
    }

    /** The same for any guest with such a pod, wherever it runs. */
    Source anywhere() {
        return new Source(ANYWHERE, Map.of(), selector);
    }
}
