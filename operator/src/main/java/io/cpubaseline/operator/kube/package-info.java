/** Requests to the API server, one at a time: the client, its connections, its time, what an answer means. */
@NullMarked
package io.cpubaseline.operator.kube;

import org.jspecify.annotations.NullMarked;
