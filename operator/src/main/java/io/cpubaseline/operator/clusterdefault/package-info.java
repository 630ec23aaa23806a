/** Making KubeVirt's own default CPU model the pinned one. */
@NullMarked
package io.cpubaseline.operator.clusterdefault;

import org.jspecify.annotations.NullMarked;
