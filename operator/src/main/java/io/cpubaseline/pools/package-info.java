/** Splitting the nodes of a mixed fleet into several baselines: which kinds of nodes go together. Pure functions of values. */
@NullMarked
package io.cpubaseline.pools;

import org.jspecify.annotations.NullMarked;
