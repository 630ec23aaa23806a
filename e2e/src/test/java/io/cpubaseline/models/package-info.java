/** Tests of how the catalog's models are kept true. */
@NullMarked
package io.cpubaseline.models;

import org.jspecify.annotations.NullMarked;
