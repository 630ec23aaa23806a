/** Programs that end, parts that are missing, connections that die. */
@NullMarked
package io.cpubaseline.stories.faults;

import org.jspecify.annotations.NullMarked;
