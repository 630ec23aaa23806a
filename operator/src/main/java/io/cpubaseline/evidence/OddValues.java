package io.cpubaseline.evidence;

import com.fasterxml.jackson.core.JsonLocation;

/**
 * What happens to a value that no API server would hand out, such as a label that is a number. The reader goes on as if the value
 * were missing: on a live object that is the right thing, in a file that somebody wrote it is a mistake to be told.
 */
@FunctionalInterface
public interface OddValues {

    /** Says nothing: an odd value is a missing one. */
    OddValues IGNORED = (where, field, problem) -> {};

    /**
     * Takes note of an odd value.
     *
     * @param where the place in the text
     * @param field the field within its object, for example {@code metadata.labels[kubernetes.io/arch]}
     * @param problem what was expected, what is there, and what to do, for example
     *     {@code expected a string, found the boolean true; put it in quotes: "true"}
     */
    void found(JsonLocation where, String field, String problem);
}
