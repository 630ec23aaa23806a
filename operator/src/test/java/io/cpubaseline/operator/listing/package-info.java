/** Tests of the command that lists virtual machines. */
@NullMarked
package io.cpubaseline.operator.listing;

import org.jspecify.annotations.NullMarked;
