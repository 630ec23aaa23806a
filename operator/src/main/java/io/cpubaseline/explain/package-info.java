/** What there is to say about a flag, a model, a node or a level on given nodes: pure functions of values. */
@NullMarked
package io.cpubaseline.explain;

import org.jspecify.annotations.NullMarked;
