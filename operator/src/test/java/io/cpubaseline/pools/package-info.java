@NullMarked
package io.cpubaseline.pools;

import org.jspecify.annotations.NullMarked;
