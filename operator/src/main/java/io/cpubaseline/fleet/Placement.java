package io.cpubaseline.fleet;

import java.util.List;

/**
 * What a virtual machine's owner asks of its node, beside what its hardware takes. Affinity to other pods and topology spread constraints are
 * not there: what they say depends on where pods are.
 *
 * @param selection {@code nodeSelector} and {@code affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution}
 * @param tolerations {@code tolerations}
 */
public record Placement(NodeSelection selection, List<Toleration> tolerations) {

    private static final Placement ANYWHERE = new Placement(NodeSelection.any(), List.of());

    /** Makes the list immutable. */
    public Placement {
        tolerations = List.copyOf(tolerations);
    }

    /** Asks for nothing, and tolerates nothing. */
    public static Placement anywhere() {
        return ANYWHERE;
    }
}
