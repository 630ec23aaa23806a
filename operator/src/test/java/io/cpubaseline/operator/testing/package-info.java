/** API servers, clocks and options that do as a test tells them. */
@NullMarked
package io.cpubaseline.operator.testing;

import org.jspecify.annotations.NullMarked;
