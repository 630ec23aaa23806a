/** How a baseline is chosen, kept and moved. */
@NullMarked
package io.cpubaseline.stories.pin;

import org.jspecify.annotations.NullMarked;
