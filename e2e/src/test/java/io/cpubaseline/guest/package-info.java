/** The proof inside a guest, in its short form. */
@NullMarked
package io.cpubaseline.guest;

import org.jspecify.annotations.NullMarked;
