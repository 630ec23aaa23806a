package io.cpubaseline.campaign;

import java.time.Instant;

/**
 * A restart that was chosen, and is on its way or has failed.
 *
 * @param namespace the virtual machine's namespace
 * @param name the virtual machine's name
 * @param since when it was chosen, by the API server's clock: an instance that was created before is the one to be replaced
 * @param method how
 * @param failure why it has failed; empty while it is on its way
 */
public record Attempt(String namespace, String name, Instant since, Method method, String failure) {

    /** Whether it has failed. */
    public boolean failed() {
        return !failure.isEmpty();
    }

    /** The same, failed. */
    Attempt failed(String why) {
        return new Attempt(namespace, name, since, method, why);
    }

    /** {@code namespace/name}. */
    public String fullName() {
        return namespace + "/" + name;
    }
}
