/** What to do with one VirtualMachine, decided from a snapshot of it. Pure functions. */
@NullMarked
package io.cpubaseline.virtualmachine;

import org.jspecify.annotations.NullMarked;
