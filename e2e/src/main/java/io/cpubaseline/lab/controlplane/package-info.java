/** etcd and kube-apiserver, and the data that they start with. */
@NullMarked
package io.cpubaseline.lab.controlplane;

import org.jspecify.annotations.NullMarked;
