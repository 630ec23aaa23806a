package io.cpubaseline.virtualmachine;

import io.cpubaseline.Reason;
import java.util.List;

/** What to do with one virtual machine. */
public sealed interface Action {

    /**
     * Write these fields, and give up what else is ours.
     *
     * @param fields what is to be ours
     */
    record Apply(OwnedFields fields) implements Action {}

    /**
     * Give up what is ours.
     *
     * @param reason why it is left alone from now on, or whose fields they are now
     * @param managers who has taken one of them; empty if nobody has
     * @param kept what can't be given up without harm: {@link OwnedFields#NONE} but where somebody else's required features stay
     */
    record Release(Reason reason, List<String> managers, OwnedFields kept) implements Action {}

    /**
     * Write these fields as the manager of another baseline, which has let go of the virtual machine for good.
     *
     * @param manager the other baseline's
     * @param fields what is to be its own from now on: {@link OwnedFields#NONE} to release it
     */
    record Inherit(String manager, OwnedFields fields) implements Action {}

    /**
     * Own these fields as they are, and take some of them from others who have written the same: nothing in the virtual machine changes but whose
     * they are.
     *
     * @param fields what is to be ours: all that is so already, and what is taken
     * @param taken those of the fields that are nobody else's from then on
     * @param from from whom they are taken, sorted
     */
    record TakeOver(OwnedFields fields, OwnedFields taken, List<String> from) implements Action {

        /** Makes the list immutable. */
        public TakeOver {
            from = List.copyOf(from);
        }
    }

    /** It carries the baseline already. */
    record Nothing() implements Action {}

    /** Leave it as it is: others hold fields. It is wanted here and doesn't carry the baseline, so it is told, not just skipped. */
    record Conflict(Reason reason, List<String> managers) implements Action {}

    /** Leave it alone until it is decided which baseline's it is. */
    record Wait() implements Action {}

    /** Leave it alone for a reason of its own. */
    record Skip(Reason reason) implements Action {}
}
