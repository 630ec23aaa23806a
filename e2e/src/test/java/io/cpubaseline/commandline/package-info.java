/** The command line beside other programs that are installed: shells, kubectl, virsh. No lab. */
@NullMarked
package io.cpubaseline.commandline;

import org.jspecify.annotations.NullMarked;
