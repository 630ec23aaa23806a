/** How another program's baseline of the same nodes differs from this one's, and why it matters to KubeVirt: pure. */
@NullMarked
package io.cpubaseline.comparison;

import org.jspecify.annotations.NullMarked;
