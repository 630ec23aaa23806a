package io.cpubaseline.operator.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignSpec;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.operator.kube.BaselineDeserializer;
import io.cpubaseline.operator.kube.Json;
import io.cpubaseline.operator.watch.ObjectName;
import io.cpubaseline.operator.watch.ObjectReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads restart campaigns, whatever an older or relaxed definition has let into them. There are few, so each is read as a tree. */
public final class CampaignReader implements ObjectReader<CampaignView> {

    @Override
    public CampaignView read(JsonParser object) throws IOException {
        JsonNode tree = Json.MAPPER.readTree(object);
        JsonNode metadata = tree.path("metadata");
        ClusterRestartCampaignSpec spec = null;
        String unreadable = "";
        try {
            spec = part(tree, "spec", ClusterRestartCampaignSpec.class);
            unreadable = spec == null ? "spec: it is missing" : "";
        } catch (JsonProcessingException e) {
            unreadable = "spec" + BaselineDeserializer.problem(e);
        }
        return new CampaignView(
                metadata.path("name").asText(),
                metadata.path("uid").asText(),
                metadata.path("generation").asLong(),
                metadata.hasNonNull("deletionTimestamp"),
                spec,
                unreadable,
                status(tree));
    }

    private static @Nullable ClusterRestartCampaignStatus status(JsonNode tree) {
        try {
            return part(tree, "status", ClusterRestartCampaignStatus.class);
        } catch (JsonProcessingException e) {
            // Only the operator writes it: what is unreadable is forgotten, and written anew.
            return null;
        }
    }

    private static <T> @Nullable T part(JsonNode tree, String name, Class<T> type) throws JsonProcessingException {
        return tree.hasNonNull(name) ? Json.MAPPER.treeToValue(tree.get(name), type) : null;
    }

    @Override
    public ObjectName nameOf(CampaignView view) {
        return new ObjectName("", view.name());
    }
}
