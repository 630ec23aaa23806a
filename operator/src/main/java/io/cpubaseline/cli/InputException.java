package io.cpubaseline.cli;

/** Input that can't be used. The message is one line for people: where, what was expected and found there, and what to do. */
final class InputException extends RuntimeException {

    /**
     * A mistake at a known place.
     *
     * @param place where
     * @param problem what was expected and found, and what to do
     */
    InputException(Place place, String problem) {
        this(place + ": " + problem);
    }

    /** A mistake that has no place in a text, such as a missing file. */
    InputException(String message) {
        // Without a stack trace: this is a user's mistake, found by the program and not in it.
        super(message, null, false, false);
    }
}
