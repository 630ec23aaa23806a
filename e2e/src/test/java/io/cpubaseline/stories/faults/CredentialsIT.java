package io.cpubaseline.stories.faults;

import static io.cpubaseline.stories.stage.Stage.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.use.Chart;
import io.cpubaseline.lab.use.Operator;
import io.cpubaseline.stories.stage.Relay;
import io.cpubaseline.stories.stage.Stage;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the operator and the API server know each other by is replaced: the token, the certificate's authority. */
class CredentialsIT {
    private static final String IDLE_LIMIT = "--watch-idle-limit=10s";

    /** Three idle limits, and the time of a request. */
    private static final Duration TOLD = Duration.ofSeconds(45);

    @RegisterExtension
    static final Stage stage = Stage.ofItsOwn();

    /** Its API server has a certificate of another authority. */
    @RegisterExtension
    static final Stage other = Stage.ofItsOwn();

    @Test
    void aRotatedTokenIsTakenUp() {
        // Given an operator with a token in a file, as in a pod
        Secret former = stage.lab().client().resource(secret("former")).create();
        Secret latter = stage.lab().client().resource(secret("latter")).create();
        String token = token(former);
        Path file = stage.lab().directory().resolve("token");
        Directories.write(file, token);
        Operator operator = stage.operatorWith(
                Map.of(
                        "KUBERNETES_MASTER",
                        stage.lab().url(),
                        "KUBERNETES_CERTS_CA_FILE",
                        stage.lab().servingCertificate().toString(),
                        "KUBERNETES_AUTH_TRYKUBECONFIG",
                        "false",
                        "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN",
                        file.toString()),
                "--leader-elect=false");
        stage.homelab();
        stage.apply(Stage.observing("homelab"));
        stage.awaitPinned("homelab");

        // When the API server takes the old one no more
        Directories.write(file, token(latter));
        stage.lab().client().resource(former).delete();
        eventually(() -> assertThat(stage.lab()
                        .kubectl()
                        .tryRun(
                                "get",
                                "--raw",
                                "/api",
                                "--token=" + token,
                                "--kubeconfig=/dev/null",
                                "--server=" + stage.lab().url(),
                                "--insecure-skip-tls-verify")
                        .errors())
                .containsIgnoringCase("unauthorized"));
        long refused = System.nanoTime();
        stage.nodes().loseCpuLabels("prox08");

        // Then
        stage.await("homelab", now -> assertThat(now.nodes().unknown()).isOne());
        System.out.println("Answered after the token was refused: " + Duration.ofNanos(System.nanoTime() - refused));
        assertThat(operator.isRunning()).isTrue();
    }

    @Test
    void aReplacedAuthorityAndAnEndlessSilenceAreToldToKubelet() {
        try (Relay strange = Relay.to(stage.lab().url());
                Relay silent = Relay.to(other.lab().url())) {
            // Given
            Operator distrusting = stage.operatorBehind(strange, "distrusting", IDLE_LIMIT);
            Operator unheard = other.operatorBehind(silent, "unheard", IDLE_LIMIT, "--leader-elect=false");
            assertThat(distrusting.isLive()).isTrue();
            assertThat(unheard.isLive()).isTrue();

            // When one's API server comes back with a certificate that it does not trust, and the other's takes
            // connections without ever answering
            strange.redirect(other.lab().url());
            strange.cut();
            silent.swallow();
            long start = System.nanoTime();

            // Then one has lost its Lease, or /livez says so
            Awaitility.await()
                    .atMost(TOLD)
                    .until(() -> !(distrusting.isRunning() && distrusting.isLive())
                            && !(unheard.isRunning() && unheard.isLive()));
            System.out.println("Told to kubelet after " + Duration.ofNanos(System.nanoTime() - start));

            // When kubelet starts it again, and it reads the new certificate
            distrusting.kill();
            other.homelab();
            other.operatorBehind(strange, "started-again", IDLE_LIMIT, "--leader-elect=false");

            // Then
            other.apply(Stage.observing("homelab"));
            other.awaitPinned("homelab");
        }
    }

    private static Secret secret(String name) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(Chart.NAMESPACE)
                .endMetadata()
                .build();
    }

    /** A token that is good as long as the secret is there. */
    private static String token(Secret bound) {
        return stage.lab()
                .client()
                .serviceAccounts()
                .inNamespace(Chart.NAMESPACE)
                .withName(Chart.RELEASE)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withNewBoundObjectRef(
                                "v1",
                                "Secret",
                                bound.getMetadata().getName(),
                                bound.getMetadata().getUid())
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }
}
