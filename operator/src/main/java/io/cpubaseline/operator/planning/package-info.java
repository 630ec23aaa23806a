/** Reads a cluster once, for a plan. */
@NullMarked
package io.cpubaseline.operator.planning;

import org.jspecify.annotations.NullMarked;
