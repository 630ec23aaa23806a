/** {@code cpu-baseline verify}: guests that are made for it, migrated to every node, watched, and deleted. */
@NullMarked
package io.cpubaseline.operator.verification;

import org.jspecify.annotations.NullMarked;
