package io.cpubaseline.api.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * The CPU baseline of a set of nodes: by which rules it is chosen (spec) and what it is (status). Cluster-scoped.
 *
 * <p>Spec and status start as null and stay so unless set: an empty stanza in a server-side apply would be owned by whoever
 * sends it.
 */
@Group(ClusterCpuBaseline.GROUP)
@Version(ClusterCpuBaseline.VERSION)
@Kind(ClusterCpuBaseline.KIND)
@Plural(ClusterCpuBaseline.PLURAL)
@Singular("clustercpubaseline")
@ShortNames("ccb")
public class ClusterCpuBaseline extends CustomResource<ClusterCpuBaselineSpec, ClusterCpuBaselineStatus> {

    /** The API group. */
    public static final String GROUP = "cpubaseline.io";

    /** The version that these types describe. */
    public static final String VERSION = "v1alpha1";

    /** The kind. */
    public static final String KIND = "ClusterCpuBaseline";

    /** Its plural, as in paths. */
    public static final String PLURAL = "clustercpubaselines";
}
