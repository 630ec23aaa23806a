/** The command that lists virtual machines with what a baseline does with each. */
@NullMarked
package io.cpubaseline.operator.listing;

import org.jspecify.annotations.NullMarked;
