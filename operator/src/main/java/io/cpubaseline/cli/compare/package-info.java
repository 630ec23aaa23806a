/** {@code cpu-baseline compare}: libvirt's own baseline of the same nodes, and where and why it differs. */
@NullMarked
package io.cpubaseline.cli.compare;

import org.jspecify.annotations.NullMarked;
