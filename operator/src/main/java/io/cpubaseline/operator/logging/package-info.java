/** How log lines look. */
@NullMarked
package io.cpubaseline.operator.logging;

import org.jspecify.annotations.NullMarked;
