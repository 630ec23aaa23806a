package io.cpubaseline.operator.verification;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What marks an object as one that a run has made. All are owned by the run's Lease, too: whoever deletes that lets Kubernetes delete the rest.
 *
 * @param run the run's identity
 * @param namespace where all is
 * @param lease the identity of the run's Lease; empty for the Lease itself
 */
record RunMarks(String run, String namespace, String lease) {

    /** Its value is the run's identity. */
    static final String LABEL = "cpubaseline.io/verification";

    private static final String PREFIX = "cpu-baseline-verify-";

    /** The name of the Lease, and the beginning of all other names. */
    String name() {
        return PREFIX + run;
    }

    /** The same for the objects beneath the Lease. */
    RunMarks ownedBy(String uid) {
        return new RunMarks(run, namespace, uid);
    }

    /** Gives an object its name, its label and its owner. */
    void mark(ObjectNode object, String name) {
        ObjectNode metadata = object.putObject("metadata").put("name", name).put("namespace", namespace);
        metadata.putObject("labels").put(LABEL, run);
        if (!lease.isEmpty()) {
            metadata.putArray("ownerReferences")
                    .addObject()
                    .put("apiVersion", "coordination.k8s.io/v1")
                    .put("kind", "Lease")
                    .put("name", name())
                    .put("uid", lease);
        }
    }
}
