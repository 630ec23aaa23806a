/** Keeps the catalog's table of CPU models true: by asking a QEMU, and by reading libvirt's own map. See {@code docs/catalog.md}. */
@NullMarked
package io.cpubaseline.models;

import org.jspecify.annotations.NullMarked;
