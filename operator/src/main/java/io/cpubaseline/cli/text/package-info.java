/** Words for a terminal of 80 columns. */
@NullMarked
package io.cpubaseline.cli.text;

import org.jspecify.annotations.NullMarked;
