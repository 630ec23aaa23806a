/** Nodes that come, go or become others, and what that changes. Pure functions of values. */
@NullMarked
package io.cpubaseline.whatif;

import org.jspecify.annotations.NullMarked;
