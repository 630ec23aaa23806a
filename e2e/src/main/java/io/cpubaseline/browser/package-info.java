/** The page of {@code cpu-baseline report} in a real browser. */
@NullMarked
package io.cpubaseline.browser;

import org.jspecify.annotations.NullMarked;
