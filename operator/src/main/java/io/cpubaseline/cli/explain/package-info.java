/** {@code cpu-baseline explain}: all about a flag, a model, a node or a level. */
@NullMarked
package io.cpubaseline.cli.explain;

import org.jspecify.annotations.NullMarked;
