package io.cpubaseline.baseline;

/**
 * What classes of nodes have in common, as far as it decides their answer: for whoever asks about many combinations of the same classes. Equal
 * ones get equal answers.
 */
public final class CommonGround {

    private final Common common;

    CommonGround(Common common) {
        this.common = common;
    }

    Common common() {
        return common;
    }

    /** What both have in common. */
    public CommonGround and(CommonGround other) {
        return new CommonGround(common.and(other.common));
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof CommonGround that && common.equals(that.common);
    }

    @Override
    public int hashCode() {
        return common.hashCode();
    }
}
