/** Tests of the room controller. */
@NullMarked
package io.cpubaseline.operator.controller;

import org.jspecify.annotations.NullMarked;
