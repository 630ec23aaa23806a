/** Giving instances a baseline when they are created, by binding the chart's MutatingAdmissionPolicy for it. */
@NullMarked
package io.cpubaseline.operator.admission;

import org.jspecify.annotations.NullMarked;
