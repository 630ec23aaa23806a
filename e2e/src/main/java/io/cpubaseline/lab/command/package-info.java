/** Commands of the lab, and how they end. */
@NullMarked
package io.cpubaseline.lab.command;

import org.jspecify.annotations.NullMarked;
