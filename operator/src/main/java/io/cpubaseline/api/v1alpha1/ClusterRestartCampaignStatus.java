package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a campaign has come. Written by the operator only.
 *
 * @param observedGeneration the {@code metadata.generation} that this status answers; -1, the definition's default, while nobody has looked
 * @param conditions one per type, in a fixed order
 * @param revision the pinned revision that VirtualMachines are brought to; absent without one
 * @param selected running VirtualMachines that carry the baseline and are the campaign's
 * @param due of these, those that run with something else, or are on their way
 * @param restarting of those due, those that the campaign is restarting
 * @param restarted how many the campaign has brought to the revision
 * @param failed how many of those that it restarted did not come up in time
 * @param waitingForConsent due ones whose owner has not allowed a restart
 * @param unavailable of those selected, how many are not Ready, whatever the reason
 * @param step the step that is worked on, from 1; absent without steps
 * @param stepReachedTime when the step's pause began, RFC 3339
 * @param nextWindow when the next budget opens, RFC 3339; absent while one is open
 * @param blocked why due ones are left alone for now
 * @param attempts the restarts that are on their way or have failed
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterRestartCampaignStatus(
        @Nullable Long observedGeneration,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Condition> conditions,
        @Nullable String revision,
        int selected,
        int due,
        int restarting,
        int restarted,
        int failed,
        int waitingForConsent,
        int unavailable,
        @Nullable Integer step,
        @Nullable String stepReachedTime,
        @Nullable String nextWindow,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ReasonCount> blocked,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<RestartAttempt> attempts) {

    /** Makes the lists immutable. */
    public ClusterRestartCampaignStatus {
        conditions = Absent.toEmpty(conditions);
        blocked = Absent.toEmpty(blocked);
        attempts = Absent.toEmpty(attempts);
    }
}
