/**
 * Reads what Kubernetes objects say about the CPUs of nodes: KubeVirt's and node-feature-discovery's labels, NodeFeature objects. A
 * stream goes in, small shared values come out; the operator and the command line read with the same code.
 */
@NullMarked
package io.cpubaseline.evidence;

import org.jspecify.annotations.NullMarked;
