/** The command that says why a virtual machine can't start or migrate where it should. */
@NullMarked
package io.cpubaseline.operator.whynot;

import org.jspecify.annotations.NullMarked;
