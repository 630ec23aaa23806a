package io.cpubaseline.manifest;

import java.util.HashMap;
import java.util.Map;

/**
 * Tells whether an object was there before. Of the same object twice, as in a support bundle that several images gathered, the newer version counts;
 * two different ones of a name are a mistake.
 */
public final class SameObjects {

    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(String uid, long version, Place place) {}

    /**
     * Looks at an object.
     *
     * @param namespace where it is; empty for those of no namespace
     * @return whether it counts: in place of what was there before, if anything was
     * @throws InputException if there is another one of its kind and name
     */
    public boolean counts(ManifestTree object, String namespace) {
        String uid = object.root().at("/metadata/uid").asText();
        Seen now = new Seen(
                uid, version(object.root().at("/metadata/resourceVersion").asText()), object.place());
        String key = "%s %s/%s".formatted(object.kind(), namespace, object.name());
        Seen before = seen.get(key);
        if (before != null && (uid.isEmpty() || !uid.equals(before.uid))) {
            throw object.mistake(
                    "the input has this object twice, here and at %s; remove one of the two".formatted(before.place));
        }
        if (before != null && before.version >= now.version) {
            return false;
        }
        seen.put(key, now);
        return true;
    }

    /** Resource versions grow with every write (KEP-5504); one that is no number is older than any. */
    private static long version(String resourceVersion) {
        try {
            return Long.parseLong(resourceVersion);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
