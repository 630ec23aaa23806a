package io.cpubaseline.operator.listing;

import io.cpubaseline.Reason;

/** What to do about a virtual machine, in a line: more is in docs/troubleshooting.md, under the same word. */
final class Remedy {

    private Remedy() {}

    static String of(Reason reason) {
        return switch (reason) {
            case PendingRestart -> "restart it when it suits; until then it runs with its old CPU";
            case GivenAtStart -> "nothing to do: it is written when it is stopped";
            case StartedWithout -> "restart it: KubeVirt started it before it was written";
            case ExtraFeatures -> "nothing to do; it asks for more features than the baseline";
            case ChangesVendor -> "restart it, or annotate it with the baseline of the vendor it runs on";
            case AssignedByCapacity -> "nothing to do, or annotate it: cpubaseline.io/baseline=NAME";
            case ClaimedByOther -> "nothing to do; to have it here, annotate it: cpubaseline.io/baseline=NAME";
            case Conflicting -> "take out what the other manager has set, or annotate it: cpubaseline.io/adopt=true";
            case NestedVirtualization -> "remove the feature vmx or svm, if the guest needs no nesting";
            case UserFeatures -> "remove its CPU features, or set a model";
            case HostPassthrough -> "remove the model host-passthrough, if it needn't have the node's own CPU";
            case NoCpuTopology -> "give it cores, sockets or threads";
            case Refused -> "see why in its event; it is tried again when it changes, else once an hour";
            case Contended -> "let whatever writes the whole object leave its CPU out";
            case InstancetypeConflict -> "choose an instancetype without CPU model and node selector";
            case Confidential, WaitAsReceiver, NotAmd64, BeingDeleted -> "nothing to do: it gets no baseline";
            case PoolOwned -> "see docs/troubleshooting.md: never set the model in the pool at once";
            case OptedOut -> "remove the annotation cpubaseline.io/skip to have it in again";
            default -> "see docs/troubleshooting.md";
        };
    }
}
