/** The ClusterCpuBaseline in a file: read, checked as the API server would, and printed. */
@NullMarked
package io.cpubaseline.cli.resource;

import org.jspecify.annotations.NullMarked;
