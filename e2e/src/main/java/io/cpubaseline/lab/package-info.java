/**
 * The lab: a real control plane as local processes, without containers. One class per program; {@link io.cpubaseline.lab.Lab} puts
 * them together. Tests and commands use the same classes.
 */
@NullMarked
package io.cpubaseline.lab;

import org.jspecify.annotations.NullMarked;
