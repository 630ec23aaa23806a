package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import java.util.List;

/** What to do with one virtual machine. */
public sealed interface Action {

    /** Write model and features. */
    record Apply() implements Action {}

    /** Give up both fields, since another manager took one of them by force. */
    record Release(List<String> managers) implements Action {}

    /** It carries the baseline already. */
    record Nothing() implements Action {}

    /** Leave it alone: others hold the fields. */
    record Conflict(Reason reason, List<String> managers) implements Action {}

    /** Leave it alone for a reason of its own. */
    record Skip(Reason reason) implements Action {}
}
