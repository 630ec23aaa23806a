/** Any input to evidence: the nodes of a fleet, and what is told beside them. */
@NullMarked
package io.cpubaseline.cli.input;

import org.jspecify.annotations.NullMarked;
