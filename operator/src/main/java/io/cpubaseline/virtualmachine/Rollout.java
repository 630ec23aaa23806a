package io.cpubaseline.virtualmachine;

/**
 * How a revision gets into virtual machines.
 *
 * @param whenStopped whether only those are written that have no running instance
 * @param maxUpdated how many may carry the revision
 * @param maxUnproven how many of a CPU vendor's domain may carry the revision before a guest has run with it there for a while
 * @param maxPerMinute how many writes are made in any minute; 0: no limit
 * @param maxFailures how many refusals in a row are borne; one more halts
 */
public record Rollout(boolean whenStopped, Share maxUpdated, Share maxUnproven, int maxPerMinute, int maxFailures) {

    private static final Share DEFAULT_UNPROVEN = new Share(10, true);
    private static final int DEFAULT_PER_MINUTE = 60;
    private static final int DEFAULT_FAILURES = 10;

    /** What holds where a spec says nothing. */
    public static Rollout byDefault() {
        return new Rollout(false, Share.ALL, DEFAULT_UNPROVEN, DEFAULT_PER_MINUTE, DEFAULT_FAILURES);
    }

    /** Whether nobody has to wait. */
    public boolean isUnlimited() {
        return equals(unlimited());
    }

    /** All at once, whatever is refused. */
    public static Rollout unlimited() {
        return new Rollout(false, Share.ALL, Share.ALL, 0, Integer.MAX_VALUE);
    }
}
