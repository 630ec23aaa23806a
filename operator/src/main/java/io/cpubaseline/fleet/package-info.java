/** What the nodes of a cluster can do: evidence per node, which nodes count, and classes of identical CPUs. Pure values. */
@NullMarked
package io.cpubaseline.fleet;

import org.jspecify.annotations.NullMarked;
