package io.cpubaseline.fleet;

/**
 * A taint of a node that keeps pods away which don't tolerate it. Those with the effect {@code PreferNoSchedule} decide nothing and are none.
 *
 * @param key its key
 * @param value its value; empty for none
 * @param effect {@code NoSchedule} or {@code NoExecute}
 */
public record Taint(String key, String value, String effect) {

    /** Of a node with {@code spec.unschedulable}: the scheduler treats that as this taint (plugin NodeUnschedulable in Kubernetes 1.36). */
    public static final Taint CORDON = new Taint("node.kubernetes.io/unschedulable", "", "NoSchedule");

    /** KubeVirt evacuates a node with a taint of this key, and its own pods don't tolerate it. */
    private static final String DRAIN = "kubevirt.io/drain";

    /** Whether it says that nothing new is to land on the node for now, whatever the pod. */
    public boolean cordons() {
        return key.equals(CORDON.key) || key.equals(DRAIN);
    }

    /** As kubectl writes it. */
    @Override
    public String toString() {
        return key + (value.isEmpty() ? "" : "=" + value) + ":" + effect;
    }
}
