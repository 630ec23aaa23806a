/** The command line without a cluster: reads manifests, plans, prints. */
@NullMarked
package io.cpubaseline.cli;

import org.jspecify.annotations.NullMarked;
