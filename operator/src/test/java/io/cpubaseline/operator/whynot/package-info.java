/** Tests of the command that says what keeps a virtual machine off nodes. */
@NullMarked
package io.cpubaseline.operator.whynot;

import org.jspecify.annotations.NullMarked;
