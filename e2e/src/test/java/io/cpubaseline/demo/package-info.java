/** The judgement that the demonstration and the soak rest on. */
@NullMarked
package io.cpubaseline.demo;

import org.jspecify.annotations.NullMarked;
