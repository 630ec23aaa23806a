package io.cpubaseline.lab.controlplane;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cpubaseline.lab.process.Directories;
import io.cpubaseline.lab.process.LabException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;

/**
 * How the API server proves to an API server behind it, such as virt-api, that it is the one who passes a user's request on: by a
 * client certificate. It signs itself, so it is its own authority.
 */
final class FrontProxy {
    private static final String NAME = "front-proxy";
    private static final char[] PASSWORD = "password".toCharArray();

    private final Path certificate;
    private final Path key;

    FrontProxy(Path directory) {
        this.certificate = directory.resolve("front-proxy.crt");
        this.key = directory.resolve("front-proxy.key");
    }

    /** The API server's flags; makes certificate and key first where they are missing. */
    List<String> flags() {
        if (!Files.exists(key)) {
            make();
        }
        return List.of(
                "--proxy-client-cert-file=" + certificate,
                "--proxy-client-key-file=" + key,
                "--requestheader-client-ca-file=" + certificate,
                "--requestheader-allowed-names=" + NAME,
                "--requestheader-username-headers=X-Remote-User",
                "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-");
    }

    /** Java can make a certificate only by its own command. */
    private void make() {
        Path store = certificate.resolveSibling("front-proxy.p12");
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            NAME,
                            "-dname",
                            "CN=" + NAME,
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-validity",
                            "3650",
                            "-ext",
                            "eku=clientAuth",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            String.valueOf(PASSWORD))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
            if (keytool.waitFor() != 0) {
                throw new LabException("keytool failed: " + output);
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD);
            }
            Directories.write(
                    certificate,
                    KubeApiServer.pem("CERTIFICATE", keys.getCertificate(NAME).getEncoded()));
            Directories.write(
                    key,
                    KubeApiServer.pem("PRIVATE KEY", keys.getKey(NAME, PASSWORD).getEncoded()));
        } catch (IOException | GeneralSecurityException e) {
            throw new LabException("can't make the front proxy's certificate", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
