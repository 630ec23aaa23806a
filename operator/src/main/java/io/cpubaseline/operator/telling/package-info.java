/** What the operator says: statuses, events, metrics. */
@NullMarked
package io.cpubaseline.operator.telling;

import org.jspecify.annotations.NullMarked;
