package io.cpubaseline.stories.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.api.v1alpha1.ClusterRestartCampaign;
import io.cpubaseline.api.v1alpha1.ClusterRestartCampaignStatus;
import io.cpubaseline.api.v1alpha1.ReasonCount;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/** A restart campaign, as a story sees it. */
public final class Campaign {
    private static final Duration PATIENCE = Duration.ofMinutes(Integer.getInteger("campaign.minutes", 4));

    private final KubernetesClient client;
    private final String name;

    public Campaign(KubernetesClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /**
     * A campaign of all virtual machines of a baseline.
     *
     * @param spec further fields, one to a line, indented by two
     */
    public static String manifest(String name, String baseline, String spec) {
        return """
                apiVersion: cpubaseline.io/v1alpha1
                kind: ClusterRestartCampaign
                metadata: {name: %s}
                spec:
                  baselineName: %s
                """.formatted(name, baseline) + spec.indent(2);
    }

    /** Its status; fails while the operator has not answered its present spec. */
    public ClusterRestartCampaignStatus status() {
        ClusterRestartCampaign now =
                client.resources(ClusterRestartCampaign.class).withName(name).get();
        ClusterRestartCampaignStatus status = now.getStatus();
        assertThat(status.observedGeneration())
                .as("the generation that is answered")
                .isEqualTo(now.getMetadata().getGeneration());
        return status;
    }

    /** Waits until its status is as asserted; returns it. */
    public ClusterRestartCampaignStatus await(Consumer<ClusterRestartCampaignStatus> assertion) {
        AtomicReference<ClusterRestartCampaignStatus> last = new AtomicReference<>();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            ClusterRestartCampaignStatus status = status();
            assertion.accept(status);
            last.set(status);
        });
        return Objects.requireNonNull(last.get());
    }

    /** Waits until a condition has this status and reason, such as {@code True AllRestarted}. */
    public ClusterRestartCampaignStatus await(String condition, String verdict) {
        return await(status -> assertThat(verdict(status, condition)).isEqualTo(verdict));
    }

    /** A condition's status and reason; {@code absent} without it. */
    public static String verdict(ClusterRestartCampaignStatus status, String condition) {
        return status.conditions().stream()
                .filter(each -> each.type().equals(condition))
                .map(each -> each.status() + " " + each.reason())
                .findFirst()
                .orElse("absent");
    }

    /** A condition's message; empty without it. */
    public static String message(ClusterRestartCampaignStatus status, String condition) {
        return status.conditions().stream()
                .filter(each -> each.type().equals(condition))
                .map(each -> each.message())
                .findFirst()
                .orElse("");
    }

    /** Why due ones are left alone, with their counts. */
    public static Map<String, Integer> blocked(ClusterRestartCampaignStatus status) {
        Map<String, Integer> blocked = new TreeMap<>();
        for (ReasonCount reason : status.blocked()) {
            blocked.put(reason.reason(), reason.count());
        }
        return blocked;
    }
}
