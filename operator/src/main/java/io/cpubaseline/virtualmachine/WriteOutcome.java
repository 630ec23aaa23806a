package io.cpubaseline.virtualmachine;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the API server answered to one write of a VirtualMachine's CPU fields. */
public sealed interface WriteOutcome {

    /**
     * It has the fields, or has been released.
     *
     * @param resourceVersion the version that it has now
     * @param generation its generation now: a snapshot with a lower one doesn't show this write yet
     */
    record Applied(String resourceVersion, long generation) implements WriteOutcome {}

    /**
     * Other field managers own the model or the features, with other values.
     *
     * @param managers their names, sorted
     * @param message the API server's words
     */
    record Conflict(List<String> managers, String message) implements WriteOutcome {}

    /** There is no such VirtualMachine any more. */
    record Gone() implements WriteOutcome {}

    /** The name now belongs to another VirtualMachine, with another UID. */
    record Replaced() implements WriteOutcome {}

    /**
     * The API server or a webhook refuses this very content; repeating it is useless until the VirtualMachine or the baseline changes.
     *
     * @param message the API server's words
     */
    record Refused(String message) implements WriteOutcome {}

    /**
     * KubeVirt refuses it, since the instancetype of the VirtualMachine sets one of these fields itself: nothing to try again until the
     * VirtualMachine or the baseline changes.
     *
     * @param message KubeVirt's words, which name the field
     */
    record Instancetype(String message) implements WriteOutcome {}

    /**
     * The operator may not write this VirtualMachine.
     *
     * @param message the API server's words
     */
    record Forbidden(String message) implements WriteOutcome {}

    /**
     * Nothing is known: too many requests, a fault of the server, a timeout, a broken connection. The write may or may not have happened,
     * and may be repeated.
     *
     * @param after how long the API server asks to wait; null if it doesn't say
     * @param message what happened
     */
    record Retry(@Nullable Duration after, String message) implements WriteOutcome {}
}
