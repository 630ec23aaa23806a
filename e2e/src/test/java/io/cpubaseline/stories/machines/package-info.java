/** What becomes of virtual machines, and where they can go. */
@NullMarked
package io.cpubaseline.stories.machines;

import org.jspecify.annotations.NullMarked;
