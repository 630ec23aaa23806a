/** Views of kinds of objects, kept up to date by watches that notice when they have died. */
@NullMarked
package io.cpubaseline.operator.watch;

import org.jspecify.annotations.NullMarked;
