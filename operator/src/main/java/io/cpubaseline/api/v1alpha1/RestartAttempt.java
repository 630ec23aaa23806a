package io.cpubaseline.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A restart that is on its way or has failed.
 *
 * @param namespace the VirtualMachine's namespace
 * @param name the VirtualMachine's name
 * @param since when it was chosen, RFC 3339: every instance that was created before is an old one
 * @param method {@code GuestReboot} or {@code Restart}
 * @param failure why it has failed; absent while it is on its way
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RestartAttempt(
        String namespace,
        String name,
        String since,
        String method,
        @Nullable String failure) {

    /** A missing text becomes an empty one. */
    public RestartAttempt {
        namespace = Absent.toEmpty(namespace);
        name = Absent.toEmpty(name);
        since = Absent.toEmpty(since);
        method = Absent.toEmpty(method);
        failure = Absent.fromEmpty(failure);
    }
}
