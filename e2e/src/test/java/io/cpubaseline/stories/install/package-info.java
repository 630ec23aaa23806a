/** The chart and the definition, as users install them. */
@NullMarked
package io.cpubaseline.stories.install;

import org.jspecify.annotations.NullMarked;
