/** What the operator was told at its start: waiting times, switches, names. */
@NullMarked
package io.cpubaseline.operator.options;

import org.jspecify.annotations.NullMarked;
