package io.cpubaseline.cli.resource;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineStatus;
import org.jspecify.annotations.Nullable;

/**
 * A ClusterCpuBaseline from a file.
 *
 * @param name its name
 * @param spec what it asks for
 * @param status what the operator has written to it, as kubectl prints it; null if there is none
 * @param edited whether its {@code metadata.generation} tells that the spec was edited since the status was written
 */
public record BaselineManifest(
        String name, ClusterCpuBaselineSpec spec, @Nullable ClusterCpuBaselineStatus status, boolean edited) {}
