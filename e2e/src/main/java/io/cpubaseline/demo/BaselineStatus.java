package io.cpubaseline.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cpubaseline.lab.Lab;
import io.cpubaseline.lab.process.LabException;
import io.cpubaseline.lab.process.Wait;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** The status of one ClusterCpuBaseline, as users see it. */
final class BaselineStatus {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Lab lab;
    private final String name;
    private final ObjectMapper json = new ObjectMapper();

    BaselineStatus(Lab lab, String name) {
        this.lab = lab;
        this.name = name;
    }

    /**
     * Waits until it answers the spec as it is, and is as wanted.
     *
     * @param what is waited for, in an error
     * @throws LabException if it is not so within a minute
     */
    JsonNode await(String what, Predicate<JsonNode> wanted) {
        return Wait.forValue(
                () -> Optional.of(read())
                        .filter(BaselineStatus::isAnswered)
                        .map(BaselineStatus::status)
                        .filter(wanted),
                PATIENCE,
                () -> "waited for " + what + "; the status is\n"
                        + status(read()).toPrettyString());
    }

    private JsonNode read() {
        return json.valueToTree(lab.client()
                .genericKubernetesResources("cpubaseline.io/v1alpha1", "ClusterCpuBaseline")
                .withName(name)
                .require());
    }

    private static boolean isAnswered(JsonNode baseline) {
        return status(baseline).path("observedGeneration").asLong()
                == baseline.at("/metadata/generation").asLong();
    }

    private static JsonNode status(JsonNode baseline) {
        return baseline.path("status");
    }

    /** A condition of a status; missing if it has none of that type. */
    static JsonNode condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return MissingNode.getInstance();
    }

    /** A condition's reason; empty without it. */
    static String reason(JsonNode status, String type) {
        return condition(status, type).path("reason").asText();
    }
}
