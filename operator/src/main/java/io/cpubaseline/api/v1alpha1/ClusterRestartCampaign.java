package io.cpubaseline.api.v1alpha1;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** The cluster-scoped resource that restarts the VirtualMachines of a baseline which still run with something else. */
@Group(ClusterCpuBaseline.GROUP)
@Version(ClusterCpuBaseline.VERSION)
@Kind(ClusterRestartCampaign.KIND)
@Plural(ClusterRestartCampaign.PLURAL)
@Singular("clusterrestartcampaign")
@ShortNames("crcamp")
public class ClusterRestartCampaign extends CustomResource<ClusterRestartCampaignSpec, ClusterRestartCampaignStatus> {

    private static final long serialVersionUID = 1;

    /** The kind. */
    public static final String KIND = "ClusterRestartCampaign";

    /** Its plural, as in paths. */
    public static final String PLURAL = "clusterrestartcampaigns";
}
