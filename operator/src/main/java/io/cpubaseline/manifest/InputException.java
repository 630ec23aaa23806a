package io.cpubaseline.manifest;

/** Input that can't be used. The message is one line for people: where, what was expected and found there, and what to do. */
public final class InputException extends RuntimeException {

    private static final long serialVersionUID = 1;
    private static final int LONGEST = 2_000;

    /**
     * A mistake at a known place.
     *
     * @param place where
     * @param problem what was expected and found, and what to do
     */
    public InputException(Place place, String problem) {
        this(place + ": " + problem);
    }

    /** A mistake that has no place in a text, such as a missing file. */
    public InputException(String message) {
        // Without a stack trace: this is a user's mistake, found by the program and not in it.
        super(oneLine(message), null, false, false);
    }

    /** Names and values from a file may hold anything. */
    private static String oneLine(String message) {
        StringBuilder line = new StringBuilder(Math.min(message.length(), LONGEST));
        for (int i = 0; i < message.length() && i < LONGEST; i++) {
            char c = message.charAt(i);
            line.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
        }
        return message.length() > LONGEST ? line.append('…').toString() : line.toString();
    }
}
