package io.cpubaseline.operator.whynot;

import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.fleet.NodeCpu;
import io.cpubaseline.scheduling.Room;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** Where an answer's objects come from: a cluster, or files. */
interface Reading {

    /**
     * The virtual machine of that name.
     *
     * @throws Unanswerable if there is none, or there are several
     */
    Subject subject(String name) throws IOException;

    /** The KubeVirt resource; a missing node if there is none. */
    JsonNode kubeVirt() throws IOException;

    /** All nodes. */
    List<NodeCpu> nodes() throws IOException;

    /**
     * What pods request of these nodes.
     *
     * @throws Unanswerable if that can't be known, with words why
     */
    Room room(Collection<NodeCpu> nodes) throws IOException;

    /** A question that has no answer here: a mistake of whoever asks, in words for them. */
    final class Unanswerable extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unanswerable(String message) {
            super(message, null, false, false);
        }
    }
}
