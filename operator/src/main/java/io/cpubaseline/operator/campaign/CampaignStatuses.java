package io.cpubaseline.operator.campaign;

import io.cpubaseline.api.v1alpha1.ClusterCpuBaseline;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaign;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.operator.cluster.CampaignReader;
import io.cpubaseline.operator.cluster.CampaignView;
import io.cpubaseline.operator.kube.ApiServer;
import io.cpubaseline.operator.kube.ApiServer.Answer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.kube.StatusApply;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Reads campaigns from the API server itself, and writes their statuses by server-side apply. */
final class CampaignStatuses {

    private static final StatusApply APPLY =
            new StatusApply(ClusterRestartCampaign.KIND, ClusterRestartCampaign.PLURAL, StatusApply.OPERATOR);
    private static final String PATH = "/apis/%s/%s/%s/"
            .formatted(ClusterCpuBaseline.GROUP, ClusterCpuBaseline.VERSION, ClusterRestartCampaign.PLURAL);

    private final ApiServer api;
    private final CampaignReader reader = new CampaignReader();

    CampaignStatuses(ApiServer api) {
        this.api = api;
    }

    /**
     * The campaign of that name as it is stored; nothing if there is none.
     *
     * @throws IOException if there is no answer, or another one
     */
    Optional<CampaignView> stored(String name) throws IOException {
        Answer answer = ApiServer.await(api.get(PATH + ApiServer.encoded(name)));
        if (answer.succeeded()) {
            return Optional.of(reader.read(answer.body()));
        }
        if (answer.code() == 404) {
            return Optional.empty();
        }
        throw new IOException(answer.message());
    }

    /**
     * Writes a status.
     *
     * @param uid of the campaign that it is meant for: one of the same name that was created later doesn't get it
     * @return the campaign's generation by now: with another one than was read, its spec has been edited meanwhile
     * @throws IOException if that has failed, with the API server's words
     */
    long write(String name, String uid, ClusterRestartCampaignStatus status) throws IOException {
        Answer answer = APPLY.send(api, name, Map.of("uid", uid), Json.MAPPER.valueToTree(status));
        if (!answer.succeeded()) {
            throw new IOException(answer.message());
        }
        return answer.body().at("/metadata/generation").asLong();
    }
}
