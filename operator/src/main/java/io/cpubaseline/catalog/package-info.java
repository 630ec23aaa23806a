/** Loads the tables of facts that ship with the program: CPU models, features, names, selection rules. */
@NullMarked
package io.cpubaseline.catalog;

import org.jspecify.annotations.NullMarked;
