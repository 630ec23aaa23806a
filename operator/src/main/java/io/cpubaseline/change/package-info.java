/** When a computed baseline becomes the pinned one. A pure state machine: time comes in as a value. */
@NullMarked
package io.cpubaseline.change;

import org.jspecify.annotations.NullMarked;
