package io.cpubaseline.operator.telling;

import io.cpubaseline.Reason;
import io.cpubaseline.operator.machines.VirtualMachineAligner;
import io.cpubaseline.operator.telling.EventRecorder.Severity;
import io.cpubaseline.operator.telling.EventRecorder.Subject;
import io.cpubaseline.virtualmachine.OwnedFields;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import io.cpubaseline.virtualmachine.WriteOutcome;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what happened to virtual machines: to their owners by events, and to whoever reads the log or the metrics. Safe for use by several
 * threads: it has no state of its own.
 */
public final class MachineChronicle implements VirtualMachineAligner.Notices {

    private static final Logger LOG = LoggerFactory.getLogger(MachineChronicle.class);

    private final EventRecorder events;
    private final Metrics metrics;
    private final Predicate<String> exists;

    /**
     * Tells by these.
     *
     * @param exists whether there is a baseline of that name: the last write of one may end after it is gone
     */
    public MachineChronicle(EventRecorder events, Metrics metrics, Predicate<String> exists) {
        this.events = events;
        this.metrics = metrics;
        this.exists = exists;
    }

    @Override
    public void trouble(String baseline, VirtualMachineSnapshot vm, Reason reason, String message) {
        LOG.atWarn()
                .addKeyValue("baseline", baseline)
                .addKeyValue("virtualMachine", vm.namespace() + "/" + vm.name())
                .addKeyValue("reason", reason)
                .log(message);
        events.record(Subject.of(vm), Severity.Warning, reason, message);
    }

    @Override
    public void written(String baseline, VirtualMachineSnapshot vm, OwnedFields fields, WriteOutcome outcome) {
        if (exists.test(baseline)) {
            metrics.virtualMachineWritten(baseline, outcome);
        }
        if (outcome instanceof WriteOutcome.Applied) {
            LOG.atInfo()
                    .addKeyValue("baseline", baseline)
                    .addKeyValue("virtualMachine", vm.namespace() + "/" + vm.name())
                    .log("VirtualMachine written");
            boolean first = !fields.revision().isEmpty()
                    && !fields.revision().equals(vm.marks().revision().value());
            if (first) {
                events.announce(Subject.of(vm), Reason.Aligned, announced(baseline, fields));
            }
        }
    }

    private static String announced(String baseline, OwnedFields fields) {
        return "The baseline %s (ClusterCpuBaseline) has written the CPU model %s%s%s. The guest gets it at its next start; if it runs, RestartRequired means this."
                .formatted(
                        baseline,
                        fields.cpuModel(),
                        fields.features().isEmpty()
                                ? ""
                                : " and %d required features"
                                        .formatted(fields.features().size()),
                        fields.vendor().isEmpty()
                                ? ""
                                : ", and keeps it on nodes with a CPU of %s".formatted(fields.vendor()));
    }
}
