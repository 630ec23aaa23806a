package io.cpubaseline.cli.resource;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;

/**
 * A ClusterCpuBaseline from a file.
 *
 * @param name its name
 * @param spec what it asks for
 */
public record BaselineManifest(String name, ClusterCpuBaselineSpec spec) {}
