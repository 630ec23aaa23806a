/** Holds the program's packages to their order: what each may know of the others and of the outside world. */
@NullMarked
package io.cpubaseline.architecture;

import org.jspecify.annotations.NullMarked;
