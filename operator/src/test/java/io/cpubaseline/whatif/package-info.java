@NullMarked
package io.cpubaseline.whatif;

import org.jspecify.annotations.NullMarked;
