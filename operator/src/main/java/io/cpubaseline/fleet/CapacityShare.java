package io.cpubaseline.fleet;

/**
 * A part of what nodes give to pods.
 *
 * @param part what the nodes in question give
 * @param whole what all give; a resource of which nothing is known sets no bound
 */
public record CapacityShare(NodeCapacity part, NodeCapacity whole) {

    private static final int WHOLE_PERCENT = 100;

    /** Whether the part is at least that much of the whole, in cores and in memory. */
    public boolean reaches(int percent) {
        return reaches(part.milliCores(), whole.milliCores(), percent)
                && reaches(part.memory(), whole.memory(), percent);
    }

    private static boolean reaches(long part, long whole, int percent) {
        // As floating-point numbers, since absurd quantities in a manifest must not overflow.
        return (double) part * WHOLE_PERCENT >= (double) whole * percent;
    }

    /** In words: {@code 16 of 48 cores and 64Gi of 192Gi of memory}. */
    @Override
    public String toString() {
        return "%d of %d cores and %s of %s of memory"
                .formatted(part.cores(), whole.cores(), part.memoryQuantity(), whole.memoryQuantity());
    }
}
