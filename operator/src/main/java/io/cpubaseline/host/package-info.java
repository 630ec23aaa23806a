/**
 * What a host tells of its own CPU, read into values: {@code lscpu}, {@code /proc/cpuinfo}, libvirt's XML, QEMU's QMP. Which of them a text is, its
 * content says.
 */
@NullMarked
package io.cpubaseline.host;

import org.jspecify.annotations.NullMarked;
