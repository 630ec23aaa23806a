/** What the Helm chart and the image promise: rendered by Helm's own code, asserted field by field. */
@NullMarked
package io.cpubaseline.chart;

import org.jspecify.annotations.NullMarked;
