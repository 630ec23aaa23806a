/** The demonstration: from node labels to patched VirtualMachines, on a real API server, shown with kubectl. */
@NullMarked
package io.cpubaseline.demo;

import org.jspecify.annotations.NullMarked;
