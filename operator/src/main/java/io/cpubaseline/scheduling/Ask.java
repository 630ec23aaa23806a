package io.cpubaseline.scheduling;

import io.cpubaseline.fleet.NodeCpu;
import java.util.function.Predicate;

/**
 * One thing that a pod asks of its node.
 *
 * @param origin where it comes from
 * @param text as Kubernetes writes it, such as {@code cpu-model.node.kubevirt.io/Haswell=true}
 * @param subject what tells it from others of the same origin that are counted by themselves, such as a taint; empty where all of an origin are
 *     counted together
 * @param test whether a node has it
 */
public record Ask(Origin origin, String text, String subject, Predicate<NodeCpu> test) {

    /** A label with this value. */
    static Ask label(Origin origin, String key, String value) {
        return new Ask(
                origin,
                key + "=" + value,
                "",
                node -> value.equals(node.labels().get(key)));
    }

    boolean isMetBy(NodeCpu node) {
        return test.test(node);
    }

    /** The key of the label that it asks for; the whole text where it asks for something else. */
    String key() {
        int end = text.indexOf('=');
        return end < 0 ? text : text.substring(0, end);
    }
}
