package io.cpubaseline.lab.objects;

import java.util.Set;

/**
 * One request to the API server, as its audit log has it.
 *
 * @param stage {@code ResponseComplete}; for watches {@code ResponseStarted} comes before it
 * @param verb get, list, watch, create, update, patch, delete or deletecollection
 * @param user who asked, for instance {@code system:serviceaccount:NAMESPACE:NAME}
 * @param apiGroup empty for the core group
 * @param resource the plural, for instance {@code virtualmachines}; empty for requests that are about no resource
 * @param subresource for instance {@code status}; empty for none
 * @param namespace empty for cluster-scoped resources and requests over all namespaces
 * @param name empty for lists and watches, and for objects whose name the server chooses
 * @param requestUri path and query; a server-side apply names its field manager there
 * @param responseCode the HTTP status
 * @param receivedAt RFC 3339 with microseconds
 */
public record AuditEvent(
        String stage,
        String verb,
        String user,
        String userAgent,
        String apiGroup,
        String resource,
        String subresource,
        String namespace,
        String name,
        String requestUri,
        int responseCode,
        String receivedAt) {
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");

    /** Whether it changes something, or tries to. */
    public boolean isWrite() {
        return WRITES.contains(verb);
    }

    /** Whether it is about this resource, given as its plural, or one of its subresources. */
    public boolean isOn(String plural) {
        return resource.equals(plural);
    }

    /** Whether this service account asked. */
    public boolean isBy(String serviceAccountNamespace, String serviceAccount) {
        return user.equals("system:serviceaccount:" + serviceAccountNamespace + ":" + serviceAccount);
    }
}
