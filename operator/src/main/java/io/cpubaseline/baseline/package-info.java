/** How a fleet and a policy become one CPU baseline, and why. Pure functions. */
@NullMarked
package io.cpubaseline.baseline;

import org.jspecify.annotations.NullMarked;
