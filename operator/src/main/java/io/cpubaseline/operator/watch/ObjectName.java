package io.cpubaseline.operator.watch;

/**
 * What an object is called within its kind.
 *
 * @param namespace its namespace; empty for cluster-scoped kinds
 * @param name its name
 */
public record ObjectName(String namespace, String name) {

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
