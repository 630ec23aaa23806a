/** Tests of what any program of the lab needs. */
@NullMarked
package io.cpubaseline.lab.process;

import org.jspecify.annotations.NullMarked;
