package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import java.util.List;

/** What to do with one virtual machine. */
public sealed interface Action {

    /** Write model and features. */
    record Apply() implements Action {}

    /**
     * Give up what is ours of both fields.
     *
     * @param reason why it is left alone from now on, or whose fields they are now
     * @param managers who has taken one of the two; empty if nobody has
     */
    record Release(Reason reason, List<String> managers) implements Action {}

    /** It carries the baseline already. */
    record Nothing() implements Action {}

    /** Leave it alone: others hold the fields. It is wanted here and doesn't carry the baseline, so it is told, not just skipped. */
    record Conflict(Reason reason, List<String> managers) implements Action {}

    /** Leave it alone for a reason of its own. */
    record Skip(Reason reason) implements Action {}
}
