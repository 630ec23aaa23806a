package io.cpubaseline.report;

/**
 * How much of an explanation is told. Names of nodes are examples in either case.
 *
 * @param classes kinds of nodes by CPU
 * @param limits what stands in the way of more
 * @param vendors CPU vendors
 * @param features CPU features that nodes lack, each time; those of kinds of nodes are fewer where there are many kinds
 * @param models CPU models that something is true of alike
 * @param common features that all nodes have
 */
record Extent(int classes, int limits, int vendors, int features, int models, int common) {

    /** What a status has room for. */
    static final Extent STATUS = new Extent(16, 8, 16, 16, 3, 512);

    /** All that there is. */
    static final Extent WHOLE = new Extent(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE);

    boolean isWhole() {
        return equals(WHOLE);
    }
}
