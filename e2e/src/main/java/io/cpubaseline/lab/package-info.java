/**
 * The lab: a real control plane as local processes, without containers. {@link io.cpubaseline.lab.Lab} puts it together out of the rooms
 * below: {@code process}, {@code objects}, {@code controlplane}, {@code programs}, each of which knows only those before it. In {@code use} is
 * what is done in a lab, in {@code command} what people call. Tests and commands use the same classes.
 */
@NullMarked
package io.cpubaseline.lab;

import org.jspecify.annotations.NullMarked;
