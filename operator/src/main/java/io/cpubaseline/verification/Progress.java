package io.cpubaseline.verification;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is seen of a migration at one time.
 *
 * @param phase of the VirtualMachineInstanceMigration, such as {@code Running}; empty before KubeVirt has looked at it
 * @param gone whether somebody has deleted it
 * @param failure why it failed, as KubeVirt says; empty if it says nothing
 * @param unschedulable why the scheduler finds no node for its target, in its words; empty if it does
 * @param node where the guest runs now
 * @param took since it was asked for
 * @param waited since the scheduler has found no node; zero if it has
 */
public record Progress(
        String phase, boolean gone, String failure, String unschedulable, String node, Duration took, Duration waited) {

    /** How a migration ended. */
    public enum Result {
        /** The guest runs on another node. */
        Succeeded,
        /** KubeVirt gave it up. */
        Failed,
        /** The scheduler found no node for it. */
        NoTarget,
        /** It took too long. */
        TimedOut,
        /** The run ended before it did. */
        CalledOff
    }

    /**
     * What has become of it.
     *
     * @param result how it ended; null while it goes on
     * @param explanation in words; empty if it succeeded or goes on
     */
    public record Verdict(@Nullable Result result, String explanation) {

        /** Whether it has ended. */
        public boolean isOver() {
            return result != null;
        }
    }

    private static final Verdict UNDER_WAY = new Verdict(null, "");

    /**
     * What it means.
     *
     * @param source where the guest ran before
     * @param wanted where it was sent; empty where KubeVirt chooses
     * @param patience how long the scheduler may look for a node: others come and go
     * @param limit how long all of it may take
     */
    public Verdict of(String source, String wanted, Duration patience, Duration limit) {
        if (gone) {
            return new Verdict(Result.Failed, "somebody has deleted the migration");
        }
        switch (phase) {
            case "Succeeded" -> {
                return arrived(source, wanted);
            }
            case "Failed" -> {
                return new Verdict(
                        unschedulable.isEmpty() ? Result.Failed : Result.NoTarget,
                        !unschedulable.isEmpty()
                                ? unschedulable
                                : failure.isEmpty() ? "KubeVirt says no reason; virt-controller's log may" : failure);
            }
            default -> {
                // it goes on
            }
        }
        if (!unschedulable.isEmpty() && waited.compareTo(patience) > 0) {
            return new Verdict(Result.NoTarget, unschedulable);
        }
        return took.compareTo(limit) > 0
                ? new Verdict(
                        Result.TimedOut,
                        "it has not ended after %d s (%s)"
                                .formatted(took.toSeconds(), phase.isEmpty() ? "KubeVirt has not begun it" : phase))
                : UNDER_WAY;
    }

    private Verdict arrived(String source, String wanted) {
        if (node.equals(source)) {
            return new Verdict(
                    Result.Failed, "KubeVirt says that it succeeded, but the guest is on %s still".formatted(source));
        }
        return wanted.isEmpty() || node.equals(wanted)
                ? new Verdict(Result.Succeeded, "")
                : new Verdict(Result.Failed, "it ended on %s".formatted(node));
    }
}
