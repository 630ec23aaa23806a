/** Tests of the room cluster. */
@NullMarked
package io.cpubaseline.operator.admission;

import org.jspecify.annotations.NullMarked;
