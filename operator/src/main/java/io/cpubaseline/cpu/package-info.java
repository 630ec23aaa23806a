/** What a virtual CPU is made of: flags, named models and x86-64 ABI levels. Pure values: no I/O, no clock. */
@NullMarked
package io.cpubaseline.cpu;

import org.jspecify.annotations.NullMarked;
