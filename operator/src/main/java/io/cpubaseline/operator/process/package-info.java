/** The operator as a process: its start, its Lease, its health, its end. */
@NullMarked
package io.cpubaseline.operator.process;

import org.jspecify.annotations.NullMarked;
