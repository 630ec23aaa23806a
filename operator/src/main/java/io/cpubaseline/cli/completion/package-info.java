/** {@code cpu-baseline completion}: scripts that complete command lines, made of the commands themselves. */
@NullMarked
package io.cpubaseline.cli.completion;

import org.jspecify.annotations.NullMarked;
