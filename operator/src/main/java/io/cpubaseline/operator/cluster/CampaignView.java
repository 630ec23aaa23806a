package io.cpubaseline.operator.cluster;

import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignSpec;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import org.jspecify.annotations.Nullable;

/**
 * A ClusterRestartCampaign.
 *
 * @param name its name
 * @param uid its UID
 * @param generation counts changes of its spec
 * @param deleting whether it is being deleted
 * @param spec what it asks for; null if that can't be read
 * @param unreadable where and why the spec can't be read; empty if it can
 * @param status its status; null if it has none that can be read
 */
public record CampaignView(
        String name,
        String uid,
        long generation,
        boolean deleting,
        @Nullable ClusterRestartCampaignSpec spec,
        String unreadable,
        @Nullable ClusterRestartCampaignStatus status) {}
