/** What a virt-launcher pod asks of its node, where that comes from, and which nodes lack what. */
@NullMarked
package io.cpubaseline.scheduling;

import org.jspecify.annotations.NullMarked;
