/** The programs that may run beside the control plane, one class for each. They know their {@link io.cpubaseline.lab.programs.Site}, not the lab. */
@NullMarked
package io.cpubaseline.lab.programs;

import org.jspecify.annotations.NullMarked;
