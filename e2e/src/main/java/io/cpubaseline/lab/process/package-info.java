/** What any program of the lab needs: processes, ports, directories, waiting, and where the built programs are. */
@NullMarked
package io.cpubaseline.lab.process;

import org.jspecify.annotations.NullMarked;
