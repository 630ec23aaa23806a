@NullMarked
package io.cpubaseline.operator.verification;

import org.jspecify.annotations.NullMarked;
