/** What all commands have in common on a terminal. */
@NullMarked
package io.cpubaseline.console;

import org.jspecify.annotations.NullMarked;
