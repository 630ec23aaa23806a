/** Tests against an API server that does as it is told: answers late, wrong, or not at all. */
@NullMarked
package io.cpubaseline.operator.campaign;

import org.jspecify.annotations.NullMarked;
