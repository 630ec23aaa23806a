/** CPU baselines for KubeVirt: from node labels to the CPU model that every node of a cluster can give to a guest. */
@NullMarked
package io.cpubaseline;

import org.jspecify.annotations.NullMarked;
