/** {@code cpu-baseline report}: all about a fleet's CPUs on one page to show around. */
@NullMarked
package io.cpubaseline.cli.page;

import org.jspecify.annotations.NullMarked;
