/** The answer of {@code cpu-baseline plan} as configuration of the programs that run virtual machines: KubeVirt and its distributions, and others. */
@NullMarked
package io.cpubaseline.cli.configuration;

import org.jspecify.annotations.NullMarked;
