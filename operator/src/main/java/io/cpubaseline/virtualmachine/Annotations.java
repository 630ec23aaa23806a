package io.cpubaseline.virtualmachine;

/**
 * What is said by annotations of a VirtualMachine, or about it. Most say nothing.
 *
 * @param baseline the value of {@code cpubaseline.io/baseline}: whose it is to be, of several baselines that select it; empty if unset
 * @param adopt whether {@code cpubaseline.io/adopt} on it or on its namespace is {@code true}: a CPU model that another tool has set may be
 *     taken over
 * @param restored whether it carries {@code restore.kubevirt.io/lastRestoreUID}, as all do that KubeVirt's controllers have restored or
 *     cloned (1.8.4: {@code restore.go}, {@code clone.go}; seen)
 * @param skipOnTemplate whether {@code cpubaseline.io/skip} on its template is {@code true}: its instances carry that, too
 * @param restart the value of {@code cpubaseline.io/restart}: whether a campaign may restart it; empty if unset
 */
public record Annotations(String baseline, boolean adopt, boolean restored, boolean skipOnTemplate, String restart) {

    /** The annotation that names a baseline. */
    public static final String BASELINE = "cpubaseline.io/baseline";

    /** The annotation that lets a model be taken over, on a VirtualMachine or on its namespace. */
    public static final String ADOPT = "cpubaseline.io/adopt";

    /** The annotation of what KubeVirt has restored or cloned. */
    public static final String RESTORED = "restore.kubevirt.io/lastRestoreUID";

    /** The annotation that lets a campaign restart a VirtualMachine or those of a namespace, or denies it. */
    public static final String RESTART = "cpubaseline.io/restart";

    /** Nothing is said. */
    public static final Annotations NONE = new Annotations("", false, false, false, "");

    /** The same, where a model may be taken over. */
    Annotations adopting() {
        return new Annotations(baseline, true, restored, skipOnTemplate, restart);
    }
}
