/**
 * Which virtual machine is restarted next, as pure functions of values: how a campaign sees a virtual machine, how many may be unavailable, what
 * became of those that were chosen.
 */
@NullMarked
package io.cpubaseline.campaign;

import org.jspecify.annotations.NullMarked;
