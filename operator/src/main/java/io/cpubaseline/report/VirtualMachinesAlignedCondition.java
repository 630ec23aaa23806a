package io.cpubaseline.report;

import io.cpubaseline.Reason;
import io.cpubaseline.report.Observation.Mode;
import io.cpubaseline.virtualmachine.Pacing.Hold;
import io.cpubaseline.virtualmachine.Progress;
import io.cpubaseline.virtualmachine.Tally;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What became of the selected virtual machines; absent where none are to be selected. */
final class VirtualMachinesAlignedCondition implements ConditionRule {

    @Override
    public String type() {
        return "VirtualMachinesAligned";
    }

    @Override
    public Optional<Finding> judge(Circumstances now) {
        Observation.VirtualMachines virtualMachines = now.observation().virtualMachines();
        return virtualMachines == null
                ? Optional.empty()
                : Optional.of(judge(
                        now,
                        virtualMachines,
                        Boolean.FALSE.equals(now.observation().kubeVirt()),
                        now.observation().admission()));
    }

    private static Finding judge(
            Circumstances now,
            Observation.VirtualMachines virtualMachines,
            boolean kubeVirtMissing,
            Observation.@Nullable Admitted admission) {
        Tally tally = virtualMachines.tally();
        String counts = counts(tally)
                + told(tally)
                + RevisionsInUse.of(now.observation()).lonely()
                + leaving(virtualMachines.leaving());
        if (kubeVirtMissing) {
            return Finding.unknown(
                    Reason.KubeVirtMissing, "KubeVirt's API is not there; this goes on by itself when it is back.");
        }
        Problem unreadable = virtualMachines.unreadable();
        if (unreadable != null) {
            return Finding.unknown(unreadable.reason(), unreadable.message());
        }
        if (virtualMachines.mode() == Mode.OBSERVE) {
            return Finding.unknown(Reason.Observing, "Mode Observe writes no baseline. " + counts);
        }
        if (virtualMachines.forbidden() != null) {
            return Finding.no(Reason.Forbidden, counts + " " + virtualMachines.forbidden());
        }
        if (virtualMachines.mode() == Mode.PAUSED) {
            return Finding.no(Reason.Paused, "Paused: nothing is written. " + counts);
        }
        if (admission != null && !admission.bound()) {
            return Finding.no(
                    admission.reason(), counts + " Instances start without the baseline: AdmissionActive says why.");
        }
        Reason reason = virtualMachines.halted() ? Reason.RolloutHalted : reason(tally, virtualMachines.progress());
        String message = counts + held(virtualMachines) + example(tally, reason) + failure(tally);
        if (reason == Reason.RolloutHalted) {
            message += " Halted: " + RolloutWords.halt(now, virtualMachines.progress());
        }
        return reason == Reason.Aligned ? Finding.yes(reason, message) : Finding.no(reason, message);
    }

    /** What people have to know beside the counts. */
    private static String told(Tally tally) {
        String claimed = tally.claimants().isEmpty()
                ? ""
                : " ClaimedByOther: %d belong to %s (%s)."
                        .formatted(
                                tally.with(Reason.ClaimedByOther),
                                tally.claimants().stream().limit(3).collect(Collectors.joining(", ")),
                                String.join(", ", tally.examples(Reason.ClaimedByOther)));
        return claimed
                + told(
                        tally,
                        Reason.ChangesVendor,
                        "%d run on a node of another CPU vendor and move to this one at their next start")
                + told(tally, Reason.AdmissionMissed, "%d were started without the baseline")
                + told(
                        tally,
                        Reason.AssignedByCapacity,
                        "of %d that several baselines select, this one has the most cores");
    }

    /** A sentence about those with this reason, with the first few; empty if there are none. */
    private static String told(Tally tally, Reason reason, String words) {
        int count = tally.with(reason);
        return count == 0
                ? ""
                : " %s: %s (%s).".formatted(reason, words.formatted(count), String.join(", ", tally.examples(reason)));
    }

    private static String counts(Tally tally) {
        return "%d selected: %d applied, %d pending, %d conflicting, %d refused, %d skipped."
                .formatted(
                        tally.selected(),
                        tally.in(Tally.State.APPLIED),
                        tally.in(Tally.State.PENDING),
                        tally.in(Tally.State.CONFLICTING),
                        tally.in(Tally.State.REFUSED),
                        tally.in(Tally.State.SKIPPED));
    }

    private static String leaving(@Nullable Tally leaving) {
        if (leaving == null) {
            return "";
        }
        int pending = leaving.in(Tally.State.PENDING);
        int kept = leaving.in(Tally.State.CONFLICTING);
        int refused = leaving.in(Tally.State.REFUSED);
        return (pending > 0
                        ? " %d that are not to have it any more are still to be given back.".formatted(pending)
                        : "")
                + (kept > 0
                        ? " %d keep the model, since somebody else requires features in them (%s)."
                                .formatted(kept, String.join(", ", leaving.examples(Reason.ReleaseIncomplete)))
                        : "")
                + (refused > 0 ? " %d can't be given back: the write is refused.".formatted(refused) : "");
    }

    /** Why those that are pending are not written yet, where that is no failure. */
    private static String held(Observation.VirtualMachines virtualMachines) {
        Progress progress = virtualMachines.progress();
        StringBuilder words = new StringBuilder(RolloutWords.proof(progress, virtualMachines.tally()));
        if (progress.running() > 0) {
            words.append(" %d wait until they are stopped (rollout.when: WhenStopped).".formatted(progress.running()));
        }
        if (progress.heldBy(Hold.MAX_UPDATED) > 0) {
            words.append(" %d wait until rollout.maxUpdated is raised.".formatted(progress.heldBy(Hold.MAX_UPDATED)));
        }
        if (progress.heldBy(Hold.PER_MINUTE) > 0) {
            words.append(" %d wait for their turn (rollout.maxPerMinute).".formatted(progress.heldBy(Hold.PER_MINUTE)));
        }
        return words.toString();
    }

    private static Reason reason(Tally tally, Progress progress) {
        int pending = tally.in(Tally.State.PENDING);
        if (pending > 0) {
            return progress.held() >= pending && progress.heldBy(Hold.PROOF) > 0
                    ? Reason.AwaitingProof
                    : Reason.Applying;
        }
        if (tally.in(Tally.State.REFUSED) > 0) {
            return Reason.Refused;
        }
        if (tally.with(Reason.Contended) > 0) {
            return Reason.Contended;
        }
        if (tally.in(Tally.State.CONFLICTING) > 0) {
            return Reason.Conflicting;
        }
        return tally.pendingRestart() > 0 ? Reason.PendingRestart : Reason.Aligned;
    }

    private static String example(Tally tally, Reason reason) {
        List<String> examples = tally.examples(reason);
        return examples.isEmpty() ? "" : " %s: %s.".formatted(reason, String.join(", ", examples));
    }

    /** Why writes don't get on, where the API server can't do them now: KubeVirt's webhook is away, or it is overloaded. */
    static String failure(Tally tally) {
        return tally.failure()
                .map(failure -> " Tried again: %s: %s".formatted(failure.name(), failure.words()))
                .orElse("");
    }
}
