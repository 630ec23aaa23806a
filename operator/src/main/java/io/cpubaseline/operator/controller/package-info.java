/** One pass over one baseline: gather, decide, persist, write, report. */
@NullMarked
package io.cpubaseline.operator.controller;

import org.jspecify.annotations.NullMarked;
