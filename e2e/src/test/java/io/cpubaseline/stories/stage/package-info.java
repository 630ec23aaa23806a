/** What stories share: the stage, its nodes and machines, and what is seen of a baseline. */
@NullMarked
package io.cpubaseline.stories.stage;

import org.jspecify.annotations.NullMarked;
