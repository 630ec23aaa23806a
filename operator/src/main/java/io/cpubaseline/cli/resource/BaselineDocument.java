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
        @Nullable ClusterCpuBaselineStatus status,
        @Nullable Object evidence) {

    private static final String API_VERSION = "cpubaseline.io/v1alpha1";
    private static final String KIND = "ClusterCpuBaseline";

    /** Name only: nothing else is known outside a cluster. */
    record Metadata(String name) {}

    /** One to be applied: it has no status yet. */
    public static BaselineDocument ofSpec(String name, Object spec) {
        return new BaselineDocument(API_VERSION, KIND, new Metadata(name), spec, null, null);
    }

    /**
     * The resource of that name.
     *
     * @param spec anything that prints as a spec; null for none
     * @param evidence anything that says what the answer rests on, beside the resource's own fields; null for nothing
     */
    public static BaselineDocument of(
            String name, @Nullable Object spec, ClusterCpuBaselineStatus status, @Nullable Object evidence) {
        return new BaselineDocument(API_VERSION, KIND, new Metadata(name), spec, status, evidence);
    }
}
