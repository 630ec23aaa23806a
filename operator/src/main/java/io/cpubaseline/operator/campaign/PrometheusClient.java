package io.cpubaseline.operator.campaign;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client by which Prometheus is asked: a new one when the file with those who may vouch for it has changed, as a service CA does now and then.
 * It follows no redirection, so that the token goes nowhere else. Used by one thread.
 */
final class PrometheusClient {

    private final Optional<Path> authorities;
    private @Nullable HttpClient client;
    private String read = "";

    PrometheusClient(Optional<Path> authorities) {
        this.authorities = authorities;
    }

    /** The client by the file as it is now. */
    HttpClient current() throws IOException {
        String certificates = authorities.isPresent() ? read(authorities.get()) : "";
        HttpClient known = client;
        if (known == null || !certificates.equals(read)) {
            HttpClient.Builder builder = HttpClient.newBuilder().version(Version.HTTP_1_1);
            if (authorities.isPresent()) {
                builder.sslContext(trusting(certificates, authorities.get()));
            }
            known = builder.build();
            client = known;
            read = certificates;
        }
        return known;
    }

    /** The text of a file that an option names. */
    static String read(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file %s".formatted(file));
        }
    }

    private static SSLContext trusting(String certificates, Path file) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(certificates.getBytes(StandardCharsets.ISO_8859_1)))) {
                store.setCertificateEntry(String.valueOf(store.size()), certificate);
            }
            if (store.size() == 0) {
                throw new IOException("the file %s holds no certificate".formatted(file));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates in %s can't be used: %s".formatted(file, e.getMessage()));
        }
    }
}
