/**
 * The proof inside a guest: the CPU that a baseline promises, given to a small Linux by QEMU, and what becomes of it when it is migrated. See
 * {@link io.cpubaseline.guest.GuestProof}.
 */
@NullMarked
package io.cpubaseline.guest;

import org.jspecify.annotations.NullMarked;
