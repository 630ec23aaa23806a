package io.cpubaseline.operator.telling;

import io.cpubaseline.Reason;
import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaign;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.operator.telling.EventRecorder.Severity;
import io.cpubaseline.operator.telling.EventRecorder.Subject;
import io.cpubaseline.virtualmachine.VirtualMachineSnapshot;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what campaigns do: to owners of virtual machines and of campaigns by events, and to whoever reads the log or the metrics. */
public final class CampaignChronicle {

    private static final Logger LOG = LoggerFactory.getLogger(CampaignChronicle.class);

    private final EventRecorder events;
    private final Metrics metrics;

    public CampaignChronicle(EventRecorder events, Metrics metrics) {
        this.events = events;
        this.metrics = metrics;
    }

    /** A restart was asked for, and KubeVirt has taken that up. */
    public void requested(String campaign, VirtualMachineSnapshot vm, String how, String revision) {
        metrics.restart(campaign, "Requested");
        LOG.atInfo()
                .addKeyValue("campaign", campaign)
                .addKeyValue("virtualMachine", vm.namespace() + "/" + vm.name())
                .addKeyValue("method", how)
                .log("Restart requested");
        events.announce(
                Subject.of(vm),
                Reason.Restarting,
                "The campaign %s (ClusterRestartCampaign) restarts it (%s), so that it gets %s."
                        .formatted(campaign, how, revision));
    }

    /** A restart was refused, or could not be asked for. */
    public void refused(String campaign, VirtualMachineSnapshot vm, String why) {
        metrics.restart(campaign, "Refused");
        LOG.atWarn()
                .addKeyValue("campaign", campaign)
                .addKeyValue("virtualMachine", vm.namespace() + "/" + vm.name())
                .addKeyValue("message", why)
                .log("Restart refused");
    }

    /** A virtual machine has come up with what is pinned. */
    public void finished(String campaign) {
        metrics.restart(campaign, "Finished");
    }

    /** A virtual machine has not come up in time. */
    public void failed(String campaign, String uid, String name, String why) {
        metrics.restart(campaign, "Failed");
        LOG.atWarn()
                .addKeyValue("campaign", campaign)
                .addKeyValue("virtualMachine", name)
                .addKeyValue("message", why)
                .log("Restart failed");
        events.record(about(campaign, uid), Severity.Warning, Reason.RestartFailed, "%s: %s.".formatted(name, why));
    }

    /** A status has been written: what is new in its condition Ready is told. */
    public void written(
            String campaign,
            String uid,
            @Nullable ClusterRestartCampaignStatus before,
            ClusterRestartCampaignStatus after) {
        Optional<String> was = reason(before);
        after.conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .filter(condition -> !Optional.of(condition.reason()).equals(was))
                .forEach(condition -> events.record(
                        about(campaign, uid),
                        isTrouble(after) ? Severity.Warning : Severity.Normal,
                        Reason.valueOf(condition.reason()),
                        condition.message()));
    }

    private static Optional<String> reason(@Nullable ClusterRestartCampaignStatus status) {
        return status == null
                ? Optional.empty()
                : status.conditions().stream()
                        .filter(condition -> condition.type().equals("Ready"))
                        .map(condition -> condition.reason())
                        .findFirst();
    }

    private static boolean isTrouble(ClusterRestartCampaignStatus status) {
        return status.conditions().stream()
                .anyMatch(condition -> condition.type().equals("Stalled"));
    }

    /** How a campaign stands, for the metrics. */
    public void observed(String campaign, ClusterRestartCampaignStatus status) {
        metrics.campaign(campaign, status);
    }

    /** A campaign is gone, and all that was counted about it. */
    public void forget(String campaign) {
        metrics.forgetCampaign(campaign);
    }

    private static Subject about(String campaign, String uid) {
        return new Subject(
                ClusterCpuBaseline.GROUP + "/" + ClusterCpuBaseline.VERSION,
                ClusterRestartCampaign.KIND,
                "",
                campaign,
                uid);
    }
}
