/** Maps between the resource and the engine: spec to policy, answer to status and conditions. Pure; shared by operator and command line. */
@NullMarked
package io.cpubaseline.report;

import org.jspecify.annotations.NullMarked;
