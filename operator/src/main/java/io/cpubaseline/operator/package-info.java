/**
 * The operator's hands and eyes: everything that talks to the API server or to the world, one class per kind of input or output, and the
 * controller that ties them to the pure packages.
 */
@NullMarked
package io.cpubaseline.operator;

import org.jspecify.annotations.NullMarked;
