package io.cpubaseline.evidence;

import io.cpubaseline.fleet.Silicon;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a NodeFeature object says about a CPU. Everything else in it, which may be a megabyte, is passed over. Equality ignores
 * {@code resourceVersion}, as in {@link NodeFacts}.
 *
 * @param namespace the object's namespace; empty if not known
 * @param name the object's name
 * @param resourceVersion the version of the object that this was read from; empty if not known
 * @param created when the object was created; {@link Instant#EPOCH} if not known
 * @param nodeName the node that it describes, by the label {@code nfd.node.kubernetes.io/node-name}; empty if it names none
 * @param workerVersion the version of the nfd-worker that wrote it; empty if something else did
 * @param silicon the CPU by the flags of {@code cpu.cpuid}; nothing known if there are none
 * @param family the CPU's family, a decimal number; empty if not known
 * @param model the CPU's model number, decimal; empty if not known
 */
public record NodeFeatureFacts(
        String namespace,
        String name,
        String resourceVersion,
        Instant created,
        String nodeName,
        String workerVersion,
        Silicon silicon,
        String family,
        String model) {

    /**
     * Whether this is an object that an nfd-worker on the node keeps (node-feature-discovery 0.13 and later), rather than a third party's: by its
     * looks, which anybody could give to an object of theirs.
     */
    boolean isWorkers() {
        return !nodeName.isEmpty() && name.equals(nodeName) && !workerVersion.isEmpty();
    }

    /** Whether the other one is the same object and counts as this one does, whatever the two say about the CPU. */
    public boolean countsAs(NodeFeatureFacts other) {
        return namespace.equals(other.namespace)
                && name.equals(other.name)
                && created.equals(other.created)
                && nodeName.equals(other.nodeName)
                && isWorkers() == other.isWorkers();
    }

    /** {@code namespace/name}; the name alone where no namespace is known. */
    public String qualifiedName() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof NodeFeatureFacts that
                        && namespace.equals(that.namespace)
                        && name.equals(that.name)
                        && created.equals(that.created)
                        && nodeName.equals(that.nodeName)
                        && workerVersion.equals(that.workerVersion)
                        && silicon.equals(that.silicon)
                        && family.equals(that.family)
                        && model.equals(that.model);
    }

    @Override
    public int hashCode() {
        return Objects.hash(namespace, name);
    }
}
