/** {@code cpu-baseline what-if}: what nodes that come or go, or another policy, would change. */
@NullMarked
package io.cpubaseline.cli.whatif;

import org.jspecify.annotations.NullMarked;
