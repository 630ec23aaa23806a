package io.cpubaseline.operator.whynot;

import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import io.cpubaseline.scheduling.Guest.OfBaseline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The virtual machine that is asked about.
 *
 * @param namespace its namespace
 * @param name its name
 * @param ofBaseline what a baseline has written of it
 * @param machine the VirtualMachine with what its instancetype and its preference add, as far as that is known; null for an instance that none
 *     owns
 * @param instance its VirtualMachineInstance; null if there is none
 * @param pods the pods of that instance, those of migrations among them, as far as they can be read
 * @param allPods whether these are all that it has; else there may be others
 * @param unread what could not be read about it, a sentence each
 */
record Subject(
        String namespace,
        String name,
        OfBaseline ofBaseline,
        @Nullable MachineView machine,
        @Nullable InstanceView instance,
        List<PodView> pods,
        boolean allPods,
        List<String> unread) {

    /** Makes the lists immutable. */
    Subject {
        pods = List.copyOf(pods);
        unread = List.copyOf(unread);
    }

    String qualifiedName() {
        return namespace + "/" + name;
    }
}
