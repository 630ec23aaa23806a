package io.cpubaseline.cli.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import org.jspecify.annotations.Nullable;

/** A ClusterCpuBaseline as {@code plan} prints it: the resource's own shape, without loading a Kubernetes client. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BaselineDocument(
        String apiVersion,
        String kind,
        Metadata metadata,
        @Nullable Object spec,
        ClusterCpuBaselineStatus status,
        @Nullable Object evidence) {

    /** Name only: nothing else is known outside a cluster. */
    record Metadata(String name) {}

    /**
     * The resource of that name.
     *
     * @param spec anything that prints as a spec; null for none
     * @param evidence anything that says what the answer rests on, beside the resource's own fields; null for nothing
     */
    public static BaselineDocument of(
            String name, @Nullable Object spec, ClusterCpuBaselineStatus status, @Nullable Object evidence) {
        return new BaselineDocument(
                "cpubaseline.io/v1alpha1", "ClusterCpuBaseline", new Metadata(name), spec, status, evidence);
    }
}
