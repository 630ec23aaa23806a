@NullMarked
package io.cpubaseline.campaign;

import org.jspecify.annotations.NullMarked;
