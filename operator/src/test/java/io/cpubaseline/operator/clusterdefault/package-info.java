/** Tests of the room cluster. */
@NullMarked
package io.cpubaseline.operator.clusterdefault;

import org.jspecify.annotations.NullMarked;
