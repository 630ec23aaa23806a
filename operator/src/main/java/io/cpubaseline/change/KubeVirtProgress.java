package io.cpubaseline.change;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether KubeVirt is being installed or upgraded: its labels on nodes may come and go then, and say nothing about the nodes.
 *
 * @param underWay what goes on, a sentence; null if nothing does
 * @param since since when nothing has been going on, as KubeVirt's own resource says; null if it doesn't say
 */
public record KubeVirtProgress(
        @Nullable String underWay, @Nullable Instant since) {

    /** Nothing goes on, and nobody says since when. */
    public static KubeVirtProgress settled() {
        return new KubeVirtProgress(null, null);
    }
}
