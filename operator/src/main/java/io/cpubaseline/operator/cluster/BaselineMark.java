package io.cpubaseline.operator.cluster;

/**
 * What the process itself knows of a baseline: enough to wake it, and to see whether the controller knows its newest spec.
 *
 * @param name its name
 * @param uid its UID
 * @param generation the number of its spec
 * @param resourceVersion the version of the whole object
 */
public record BaselineMark(String name, String uid, long generation, String resourceVersion) {

    /** Whether nothing but the status and the metadata may differ. */
    public boolean hasSpecOf(BaselineMark other) {
        return name.equals(other.name) && uid.equals(other.uid) && generation == other.generation;
    }
}
