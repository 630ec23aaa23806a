package io.cpubaseline.cli;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaselineSpec;

/**
 * A ClusterCpuBaseline from a file.
 *
 * @param name its name
 * @param spec what it asks for
 */
record BaselineManifest(String name, ClusterCpuBaselineSpec spec) {}
