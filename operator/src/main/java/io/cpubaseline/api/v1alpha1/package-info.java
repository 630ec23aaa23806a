/**
 * The custom resources of {@code cpubaseline.io/v1alpha1}, ClusterCpuBaseline and ClusterRestartCampaign, as Java values.
 *
 * <p>The contract is {@code crds/}, a file for each; a test holds these types to it. They decode anything
 * that may be stored under these names: unknown fields are ignored, enumerations are plain strings, and what JSON leaves out or
 * sets to null becomes the schema's default, an empty list, zero, or null where a component says so. Nothing is decided here.
 *
 * <p>Only {@link io.cpubaseline.api.v1alpha1.ClusterCpuBaseline} and {@link io.cpubaseline.api.v1alpha1.ClusterRestartCampaign} know
 * the Kubernetes client: the command line prints the other types without loading it.
 */
@NullMarked
package io.cpubaseline.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
