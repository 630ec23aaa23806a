package io.cpubaseline.operator.machines;

import io.cpubaseline.operator.machines.WriteQueue.Writes;
import io.cpubaseline.virtualmachine.Action;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Writes to virtual machines that are answered when and how a test says. */
final class ScriptedWrites implements Writes {

    /** A write that was sent. */
    record Sent(VirtualMachineSnapshot vm, String manager, OwnedFields fields, CompletableFuture<WriteOutcome> answer) {

        @Override
        public String toString() {
            return fields.cpuModel().isEmpty()
                    ? "release %s %s".formatted(vm.name(), manager)
                    : "apply %s %s".formatted(vm.name(), fields.cpuModel());
        }
    }

    private Function<Sent, CompletableFuture<WriteOutcome>> script = Sent::answer;

    private final List<Sent> sent = new ArrayList<>();

    /** From now on every write is answered at once, before the call returns. */
    void answerAtOnce(WriteOutcome outcome) {
        script = write -> {
            write.answer().complete(outcome);
            return write.answer();
        };
    }

    /** From now on nothing is sent: the call fails. */
    void fail(RuntimeException failure) {
        script = write -> {
            write.answer().completeExceptionally(failure);
            throw failure;
        };
    }

    /** From now on writes wait for {@link #answer}. */
    void answerLater() {
        script = Sent::answer;
    }

    @Override
    public CompletableFuture<WriteOutcome> apply(VirtualMachineSnapshot vm, String manager, OwnedFields fields) {
        return send(new Sent(vm, manager, fields, new CompletableFuture<>()));
    }

    @Override
    public CompletableFuture<WriteOutcome> takeOver(VirtualMachineSnapshot vm, String manager, Action.TakeOver action) {
        return apply(vm, manager, action.fields());
    }

    private CompletableFuture<WriteOutcome> send(Sent write) {
        synchronized (this) {
            sent.add(write);
        }
        return script.apply(write);
    }

    /** All writes so far, as texts. */
    synchronized List<String> sent() {
        return sent.stream().map(Sent::toString).toList();
    }

    /** Writes that are on their way. */
    synchronized List<Sent> open() {
        return sent.stream().filter(write -> !write.answer().isDone()).toList();
    }

    /** Answers all that is on its way; what is sent meanwhile stays open. */
    void answer(WriteOutcome outcome) {
        open().forEach(write -> write.answer().complete(outcome));
    }
}
