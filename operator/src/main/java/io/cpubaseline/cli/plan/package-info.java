/** {@code cpu-baseline plan}: a baseline without a cluster, and its answer for people. */
@NullMarked
package io.cpubaseline.cli.plan;

import org.jspecify.annotations.NullMarked;
