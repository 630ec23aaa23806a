/** Tests of the room options. */
@NullMarked
package io.cpubaseline.operator.options;

import org.jspecify.annotations.NullMarked;
