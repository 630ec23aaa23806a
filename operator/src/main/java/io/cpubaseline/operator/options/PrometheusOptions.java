package io.cpubaseline.operator.options;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where Prometheus is, which knows the alerts that keep campaigns from restarting.
 *
 * @param url its address, up to what precedes {@code /api/v1}; nothing: there is none
 * @param token a file with the bearer token that is sent to it, read anew for each request; nothing: none is sent
 * @param authorities a file with the certificates of those who may vouch for it, in PEM; nothing: those of the JDK
 */
public record PrometheusOptions(Optional<URI> url, Optional<Path> token, Optional<Path> authorities) {

    /** There is none. */
    public static final PrometheusOptions NONE =
            new PrometheusOptions(Optional.empty(), Optional.empty(), Optional.empty());
}
