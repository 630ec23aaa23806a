package io.cpubaseline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class QuickConnectionsTest {

    @Test
    void onlyWhatTheJvmSupportsIsOfferedInOurOrder() {
        // Given a JVM in FIPS mode, which has no ChaCha20 and refuses its name
        SSLParameters fips = new SSLParameters(
                new String[] {
                    "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA",
                },
                new String[] {"TLSv1.2", "TLSv1.3", "TLSv1.1"});

        // When
        SSLParameters offered = QuickConnections.parameters(fips);

        // Then
        assertThat(offered.getCipherSuites()).containsExactly("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384");
        assertThat(offered.getProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
    }
}
