package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cpubaseline.operator.cluster.LauncherReader.PodView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The virtual machine that is asked about.
 *
 * @param namespace its namespace
 * @param name its name
 * @param machine the VirtualMachine as it is stored; null for an instance that none owns
 * @param expanded the same with what its instancetype and its preference add; the same object where they add nothing that is known
 * @param instance its VirtualMachineInstance; null if there is none
 * @param pods the pods of that instance, those of migrations among them, as far as they can be read
 * @param allPods whether these are all that it has; else there may be others
 * @param unread what could not be read about it, a sentence each
 */
record Subject(
        String namespace,
        String name,
        @Nullable JsonNode machine,
        @Nullable JsonNode expanded,
        @Nullable JsonNode instance,
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

    /** Something of the instance; a missing node if there is none. */
    JsonNode ofInstance(String pointer) {
        return instance == null ? MissingNode.getInstance() : instance.at(pointer);
    }
}
