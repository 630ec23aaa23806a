/** Tests of the commands, as people call them. */
@NullMarked
package io.cpubaseline.lab.command;

import org.jspecify.annotations.NullMarked;
