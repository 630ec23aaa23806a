/** Restart campaigns: who is due by what is watched, what is persisted before a restart, and the restarts themselves. */
@NullMarked
package io.cpubaseline.operator.campaign;

import org.jspecify.annotations.NullMarked;
