/** Tests of what talks to the API server, against a server that does as it is told: answers late, wrong, or not at all. */
@NullMarked
package io.cpubaseline.operator;

import org.jspecify.annotations.NullMarked;
