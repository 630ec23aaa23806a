/** Tests of the room cluster. */
@NullMarked
package io.cpubaseline.operator.cluster;

import org.jspecify.annotations.NullMarked;
