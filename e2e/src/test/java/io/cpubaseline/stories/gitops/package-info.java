/** Baselines that are kept in Git, by what Argo CD and Flux run. */
@NullMarked
package io.cpubaseline.stories.gitops;

import org.jspecify.annotations.NullMarked;
