/** The command that takes back what baselines have left in VirtualMachines. */
@NullMarked
package io.cpubaseline.operator.release;

import org.jspecify.annotations.NullMarked;
