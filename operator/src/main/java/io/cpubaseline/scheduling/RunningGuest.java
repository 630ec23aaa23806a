package io.cpubaseline.scheduling;

/**
 * A virtual machine that runs, as far as its place is concerned.
 *
 * @param namespace its namespace
 * @param name its name
 * @param node the node that it runs on
 * @param guest what it asks of nodes, as far as that has been read
 */
public record RunningGuest(String namespace, String name, String node, Guest guest) {

    /** Namespace and name. */
    public String qualifiedName() {
        return namespace + "/" + name;
    }
}
