/** What nodes and hosts of files, or of a cluster, would get: asked by every command that answers without being the operator. */
@NullMarked
package io.cpubaseline.cli.planning;

import org.jspecify.annotations.NullMarked;
