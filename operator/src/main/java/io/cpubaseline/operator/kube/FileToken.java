package io.cpubaseline.operator.kube;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A token in a file that somebody renews ({@code tokenFile} of a kubeconfig). It is read again after a minute, as kubectl does (client-go 1.36, transport/token_source.go);
 * where it can't be read then, the last one counts. Safe for use by several threads.
 */
final class FileToken implements OAuthTokenProvider {

    private static final long READ_AGAIN = Duration.ofMinutes(1).toNanos();

    private final Path file;
    private final LongSupplier nanoTime;
    private String token;
    private long readAt;

    private FileToken(Path file, LongSupplier nanoTime, String token) {
        this.file = file;
        this.nanoTime = nanoTime;
        this.token = token;
        this.readAt = nanoTime.getAsLong();
    }

    /**
     * The token of a file.
     *
     * @throws IOException if it can't be read now
     */
    static FileToken of(Path file) throws IOException {
        return of(file, System::nanoTime);
    }

    /** @param nanoTime tells how much time has passed */
    static FileToken of(Path file, LongSupplier nanoTime) throws IOException {
        return new FileToken(file, nanoTime, Files.readString(file).strip());
    }

    @Override
    public synchronized String getToken() {
        if (nanoTime.getAsLong() - readAt > READ_AGAIN) {
            readAt = nanoTime.getAsLong();
            try {
                token = Files.readString(file).strip();
            } catch (IOException e) {
                // Whoever renews it may be about to write it.
            }
        }
        return token;
    }
}
