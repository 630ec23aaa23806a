/** {@code cpu-baseline pools}: the best split of a mixed fleet into several baselines. */
@NullMarked
package io.cpubaseline.cli.pools;

import org.jspecify.annotations.NullMarked;
