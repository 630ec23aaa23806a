/** Bringing VirtualMachines to the pin: which are selected, what is written into them, and when. */
@NullMarked
package io.cpubaseline.operator.machines;

import org.jspecify.annotations.NullMarked;
