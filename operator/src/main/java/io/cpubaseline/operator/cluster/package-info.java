/** What there is in the cluster: which kinds are watched, and how their objects are read into values of the pure packages. */
@NullMarked
package io.cpubaseline.operator.cluster;

import org.jspecify.annotations.NullMarked;
